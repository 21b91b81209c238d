/**
 * Runs a command of the settings for each probe: by its vector of arguments, without a shell, as a user that is not root, with an
 * empty environment, in a process group of its own that is killed when the probe is over. What it writes is read as far as people see it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import type { HealthCommand } from '../commands.ts';
import { attemptProbe, type Settle } from '../probe-attempt.ts';
import type { Target } from '../target.ts';
import type { Prober, ProberOptions } from './kind.ts';

export interface ExecTarget extends Target {
  readonly type: 'exec';
  /** Its name in the settings. */
  readonly command: string;
}

/** Commands at a time: each is a process. */
const MOST_AT_ONCE = 8;
/** Octets that a command may write; with more it is ended. */
const MOST_WRITTEN = 65_536;
const MOST_KEPT = 1024;
/** Milliseconds that the rest of the output of a command that has ended may take. */
const OUTPUT_MS = 200;

export function createExecProber({ commands }: ProberOptions): Prober<ExecTarget> {
  const turns = new Turns(MOST_AT_ONCE);
  return {
    async probe(target, signal) {
      const leave = await turns.enter(signal);
      if (signal.aborted) {
        leave();
        return { ok: false, elapsedMs: 0, problem: 'Stopped' };
      }
      const command = commands().get(target.command);
      const result = await attemptProbe(target.timeoutMs, signal, (settle) => begin(command, target, settle));
      leave();
      return result;
    },
  };
}

function begin(
  command: HealthCommand | undefined,
  { address }: ExecTarget,
  settle: Settle,
): { destroy(): void } {
  if (command === undefined) throw new Error('The command is no longer in the setting "health.commands"');
  if (command.problem !== undefined) throw new Error(command.problem);
  if (command.account === undefined && process.getuid?.() === 0)
    throw new Error('No command is run as root: name a "user" beside it, or for all of dnsteer');
  const [program = '', ...args] = command.run.map((part) => part.replaceAll('{address}', address));
  const child = spawn(program, args, {
    ...command.account,
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which is killed as a whole.
    detached: true,
  });
  const said = listen(child, settle);
  child.once('error', (error) => settle(`Command cannot be run: ${error.message}`));
  child.once('exit', (code, killedBy) => {
    if (code === 0) {
      settle();
      return;
    }
    const tell = (): void => settle(`Command ended with ${code ?? killedBy}${said()}`);
    child.once('close', tell);
    // What it leaves behind may hold its output open.
    setTimeout(tell, OUTPUT_MS).unref();
  });
  return { destroy: () => endGroup(child) };
}

/** Reads what a command says; the function returns how that begins. */
function listen({ stdout, stderr }: ChildProcess, settle: Settle): () => string {
  let written = 0;
  const kept = [stderr, stdout].map((stream) => {
    const said = { text: '' };
    stream?.on('error', () => {});
    stream?.on('data', (octets: Buffer) => {
      written += octets.length;
      if (said.text.length < MOST_KEPT) said.text += octets.toString('utf8', 0, MOST_KEPT);
      if (written > MOST_WRITTEN) settle(`Command writes over ${MOST_WRITTEN / 1024} KB`);
    });
    return said;
  });
  return () => {
    const [line = ''] = kept.flatMap(({ text }) => text.trim().split('\n')).filter((one) => one !== '');
    return line === '' ? '' : `: ${line}`;
  };
}

function endGroup({ pid, stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and left nothing behind.
  }
}

/** Lets so many in at a time, in the order in which they come. */
class Turns {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Resolves with a function that gives the place on; without a place if the signal is aborted before. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#wait(signal))) return () => {};
    return () => {
      const next = this.#line.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  /** Whether somebody gave his place on before the signal was aborted. */
  #wait(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const take = (): void => resolve(true);
    this.#line.push(take);
    signal.addEventListener('abort', () => {
      const at = this.#line.indexOf(take);
      if (at === -1) return;
      this.#line.splice(at, 1);
      resolve(false);
    });
    return promise;
  }
}
