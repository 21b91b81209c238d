/**
 * Decides for how long queries gather before they are fetched, as network cards do with interrupts. A process that is
 * woken for each handful spends more on being woken than on answering; a short pause makes the handfuls many times as
 * large, and each answer as much later. So there is one where so many come that the processor would soon be short, as
 * long as it takes for two dozen to come, and none below: whoever asks is answered at once. One process has one pace.
 */

/** Queries in a millisecond, from which on they gather: to be woken for each would take half a processor or more. */
const DENSE = 70;
/** Milliseconds in which queries are counted for that, so that a burst is none. */
const WINDOW_MS = 10;
/** How many are to gather: of what it costs to be woken, each has little then. */
const GATHERED = 24;
/**
 * Milliseconds of a pause at most. Processes that share the queries of one machine wait longer for as many, and
 * each query is to cost no more.
 */
const LONGEST_MS = 0.3;
/** A pause that brings fewer does not pay: clients wait for us, and not we for them. */
const FEW = 5;
/** Milliseconds after the last queries were answered, from which on a client that asks is answered at once. */
const LULL_MS = 0.2;

export class Pace {
  readonly #most: number;
  #count = 0;
  #endedAt = 0;
  #hasPaused = false;
  /** Since when queries are counted, and how many there were. */
  #since = 0;
  #came = 0;
  /** Milliseconds that it takes for so many to come; 0 where queries do not gather. */
  #pauseMs = 0;

  /** `most`: how many queries one fetch brings at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Milliseconds to wait before the next fetch, mostly 0. After a full fetch, more are there already. */
  pauseMs(): number {
    this.#hasPaused = false;
    if (this.#pauseMs === 0 || this.#count === this.#most) return 0;
    if (performance.now() - this.#endedAt >= LULL_MS) return 0;
    this.#hasPaused = true;
    return this.#pauseMs;
  }

  /** Notes how many queries the last fetch brought, once they are answered. */
  note(count: number): void {
    this.#count = count;
    if (this.#hasPaused && count < FEW) this.#pauseMs = 0;
    if (count <= 0) return;
    const now = performance.now();
    this.#endedAt = now;
    this.#came += count;
    const passed = now - this.#since;
    if (passed < WINDOW_MS) return;
    const rate = this.#came / passed;
    this.#pauseMs = rate < DENSE ? 0 : Math.min(GATHERED / rate, LONGEST_MS);
    this.#since = now;
    this.#came = 0;
  }
}
