/**
 * When to let queries gather before they are fetched, as network cards do with interrupts. Under load a
 * process that is woken for each handful spends more on being woken than on answering; a pause of a
 * tenth of a millisecond makes the handfuls ten times as large. One process has one pace.
 */

/** Queries fetched at once, from which on they come faster than we are woken for them. */
const DENSE = 4;
/** Milliseconds since the last were answered, after which there is no hurry: a client that asks then is answered at once. */
const LULL_MS = 0.2;

export class Pace {
  readonly #most: number;
  #count = 0;
  #endedAt = 0;

  /** So many are fetched at once at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether those that are there now are worth a pause; where as many came as could, more are there already. */
  isDense(): boolean {
    if (this.#count < DENSE || this.#count === this.#most) return false;
    return performance.now() - this.#endedAt < LULL_MS;
  }

  /** So many were fetched, and are answered. */
  note(count: number): void {
    this.#count = count;
    if (count >= DENSE) this.#endedAt = performance.now();
  }
}
