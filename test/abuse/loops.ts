/**
 * What the event loops of a server may do while it is attacked, and what the machine did meanwhile: an idle process
 * beside it, whose timers are late for no fault of the server.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type LoopStats, loop } from '../../runtime/base/loop/loop-watch.ts';
import type { TestServer } from '../support/dnsteer.ts';

/** Milliseconds of the processor that a turn of an answer process may take: everybody waits for it. */
const MOST_TURN_MS = 15;
/** Milliseconds that a virtual machine may count as ours while another has the processor, and V8 may collect. */
const FOREIGN_MS = 8;

export interface Loops {
  /** The longest turn of an answer process, of the processor, in milliseconds. */
  readonly turnMs: number;
  /** How late its timers were at most, in milliseconds. */
  readonly delayMs: number;
}

/** The worst of all answer processes, since they began to answer. */
export async function loopsOf(server: TestServer): Promise<Loops> {
  const loops = (await server.status()).processes.map((process) => process.loop);
  return {
    turnMs: Math.max(...loops.map((one) => 1000 * (one?.longestTurnSeconds ?? 0))),
    delayMs: Math.max(...loops.map((one) => 1000 * (one?.longestDelaySeconds ?? 0))),
  };
}

/** That no turn took longer than `most` milliseconds; the log says what held up a loop. */
export function assertSwift({ turnMs }: Loops, server: TestServer, most = MOST_TURN_MS): void {
  const told = server.output().split('\n');
  const stalls = told.filter((line) => line.includes('The loop was held up'));
  assert.ok(turnMs <= most + FOREIGN_MS, `a turn took ${turnMs.toFixed(1)} ms\n${stalls.join('\n')}`);
}

export class IdleTwin {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<IdleTwin> {
    const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new IdleTwin(child);
  }

  /** Ends it; how late its timers were at most, in milliseconds. */
  async stop(): Promise<number> {
    return this.#ask('stop');
  }

  /** How late its timers have been at most so far, in milliseconds. */
  async latestMs(): Promise<number> {
    return this.#ask('tell');
  }

  async #ask(what: 'stop' | 'tell'): Promise<number> {
    const said = once(this.#child, 'message');
    this.#child.send(what);
    const [stats] = (await said) as [LoopStats];
    return 1000 * stats.longestDelaySeconds;
  }
}

if (import.meta.main) {
  loop.start(() => {});
  process.send?.('started');
  process.on('message', (what) => {
    process.send?.(loop.stats(), () => {
      if (what === 'stop') process.exit(0);
    });
  });
}
