/**
 * How an answer process ends: when control orders it, or, if control died, once the answer processes of its
 * successor answer. Until then it goes on with what it knows, and never waits for control.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Generation, isSuperseded } from '../base/process/generation.ts';
import { within } from '../base/within.ts';
import { LINGER_MS } from '../transport/listener.ts';
import type { Listening } from './listening.ts';

/** Milliseconds for which the last lines of a recording are waited for. */
const LAST_LINES_MS = 300;
/** Milliseconds between two looks for a successor of a control that died. */
const LOOK_MS = 500;

export interface LeavingParts {
  readonly generation: Generation;
  readonly listening: Pick<Listening, 'hasBegun' | 'close'>;
  readonly sandbox: { stop(): Promise<void> };
  /** What is recorded goes to control, as far as that is there to take it. */
  readonly recorder: { end(): Promise<void> };
}

export class Leaving {
  readonly #parts: LeavingParts;
  #hasBegun = false;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
  }

  /** Answers pending queries, and ends the process; where it has a successor, connections are ended with care. */
  async drain(hasSuccessor = false): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { listening, sandbox, recorder } = this.#parts;
    await listening.close(hasSuccessor ? LINGER_MS : 0);
    await Promise.all([sandbox.stop(), within(LAST_LINES_MS, recorder.end())]);
    process.exit(0);
  }

  /**
   * Goes on without control until another control has taken over; a process that does not listen yet ends at
   * once.
   */
  outliveControl(): void {
    if (!this.#parts.listening.hasBegun) void this.drain();
    void this.#awaitSuccessor();
  }

  /** Looks are never made at the same time: the file system may take as long as it likes. */
  async #awaitSuccessor(): Promise<void> {
    while (!(await isSuperseded(this.#parts.generation))) await sleep(LOOK_MS);
    await this.drain(true);
  }
}
