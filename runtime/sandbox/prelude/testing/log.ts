/** What a test has to say beside its outcome. `console.log` in a test or a policy's helpers says the same. */
import { MOST_LOGGED } from '../../../rpc/test-talk.ts';
import { shown } from './shown.ts';

let logged = '';
let isCut = false;

export function log(...values: readonly unknown[]): void {
  if (isCut) return;
  const line = values.map((value) => (typeof value === 'string' ? value : shown(value))).join(' ');
  const room = MOST_LOGGED - logged.length;
  isCut = line.length >= room;
  logged += isCut ? `${line.slice(0, room)}… (${MOST_LOGGED} characters are shown)\n` : `${line}\n`;
}

/** What was logged since the last call. */
export function takeLog(): string {
  const taken = logged;
  logged = '';
  isCut = false;
  return taken;
}

const world = globalThis as unknown as { console?: Record<string, unknown> };
world.console ??= {};
for (const name of ['debug', 'error', 'info', 'log', 'warn']) world.console[name] = log;
