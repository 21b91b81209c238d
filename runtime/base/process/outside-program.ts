/** What programs get that the operator names, and how their end is told. */
import process from 'node:process';

/** What else is in the environment of the server, secrets among it, is none of their business. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LANG: process.env.LANG };
}

/** Options to start one: `timeout` in seconds, after which it is killed, as it is where `signal` is aborted. */
export function programLimits(
  timeout: number,
  signal: AbortSignal,
): {
  readonly env: NodeJS.ProcessEnv;
  readonly timeout: number;
  readonly killSignal: 'SIGKILL';
  readonly signal: AbortSignal;
} {
  return { env: bareEnvironment(), timeout: 1000 * timeout, killSignal: 'SIGKILL', signal };
}

/** `ended with code 1: what it said`, of a program that failed. */
export function programEndText(code: number | null, killedBy: NodeJS.Signals | null, said: string): string {
  const how = code === null ? `was ended by ${killedBy}` : `ended with code ${code}`;
  return said.trim() === '' ? how : `${how}: ${said.trim()}`;
}
