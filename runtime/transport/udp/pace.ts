/**
 * Decides when queries may gather before they are fetched, as network cards do with interrupts. A process that is
 * woken for each handful spends more on being woken than on answering; a pause of a tenth of a millisecond makes
 * the handfuls ten times as large, and each answer as much later. So there is one where the processor is what there is
 * too little of, and none below: whoever asks is answered at once. One process has one pace.
 */

/**
 * Queries in a millisecond, from which on they gather: to be woken for each would take most of a processor, and a pause
 * brings a dozen.
 */
const DENSE = 100;
/** Milliseconds in which queries are counted for that. */
const WINDOW_MS = 2;
/**
 * Milliseconds after the last queries were answered, from which on a client that asks is answered at once.
 */
const LULL_MS = 0.2;

export class Pace {
  readonly #most: number;
  #count = 0;
  #endedAt = 0;
  /** Since when queries are counted, and how many there were. */
  #since = 0;
  #came = 0;
  /** In the last window. */
  #perMs = 0;

  /** `most`: how many queries one fetch brings at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Whether the queries are worth a pause before the next fetch. After a full fetch, more are there already.
   */
  isDense(): boolean {
    if (this.#perMs < DENSE || this.#count === this.#most) return false;
    return performance.now() - this.#endedAt < LULL_MS;
  }

  /** Notes how many queries the last fetch brought, once they are answered. */
  note(count: number): void {
    this.#count = count;
    if (count <= 0) return;
    const now = performance.now();
    this.#endedAt = now;
    this.#came += count;
    const passed = now - this.#since;
    if (passed < WINDOW_MS) return;
    this.#perMs = this.#came / passed;
    this.#since = now;
    this.#came = 0;
  }
}
