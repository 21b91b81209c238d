/**
 * Decides when queries may gather before they are fetched, as network cards do with interrupts. Under load a
 * process that is woken for each handful spends more on being woken than on answering; a pause of a tenth of
 * a millisecond makes the handfuls ten times as large. One process has one pace.
 */

/** From so many queries in one fetch on, queries come faster than the process is woken for them. */
const DENSE = 4;
/**
 * Milliseconds after the last such fetch was answered, from which on a client that asks is answered at once.
 */
const LULL_MS = 0.2;

export class Pace {
  readonly #most: number;
  #count = 0;
  #endedAt = 0;

  /** `most`: how many queries one fetch brings at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Whether the queries are worth a pause before the next fetch. After a full fetch, more are there already.
   */
  isDense(): boolean {
    if (this.#count < DENSE || this.#count === this.#most) return false;
    return performance.now() - this.#endedAt < LULL_MS;
  }

  /** Notes how many queries the last fetch brought, once they are answered. */
  note(count: number): void {
    this.#count = count;
    if (count >= DENSE) this.#endedAt = performance.now();
  }
}
