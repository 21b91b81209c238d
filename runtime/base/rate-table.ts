/**
 * How much was had, by many at once, in memory that is all there from the beginning.
 *
 * An account is the moment up to which it has used what it is granted: each use moves it on by its
 * share of a second, and once it is more than a second ahead it is over its rate (the "generic cell
 * rate algorithm", ITU-T I.371 annex A). An account stands at two places, in two tables, which others
 * may happen to share; the emptier one counts. So nothing is ever thrown out to make room, and one is
 * taken for another only where busy ones have both its places.
 */

/** Places in each table: 2.25 MB in all. */
const PLACE_BITS = 17;
const PLACES = 1 << PLACE_BITS;
const BURST_MS = 1000;

export class RateTable {
  readonly #intervalMs: number;
  readonly #aheadMs: number;
  /** Milliseconds; the second table is behind the first. */
  readonly #usedUntil = new Float64Array(2 * PLACES).fill(Number.NEGATIVE_INFINITY);
  /** By place of the first table. */
  readonly #refusals = new Uint16Array(PLACES);

  /** `windowSeconds`: how much an account may be overdrawn, and so how long it takes until it has something again. */
  constructor(perSecond: number, windowSeconds: number) {
    this.#intervalMs = 1000 / perSecond;
    this.#aheadMs = BURST_MS + 1000 * windowSeconds;
  }

  /**
   * Uses the account once; returns 0 if that was within its rate, else how many times in all it was
   * not (65 535 at most, then from 1). Of the hash the upper 25 bits count; `now` never goes back by much.
   */
  use(hash: number, now: number): number {
    const usedUntil = this.#usedUntil;
    const first = hash >>> (32 - PLACE_BITS);
    // Fibonacci hashing: two that meet in one table part in the other.
    const second = PLACES + (Math.imul(hash >>> 7, 0x9e3779b1) >>> (32 - PLACE_BITS));
    const atFirst = usedUntil[first] ?? 0;
    const atSecond = usedUntil[second] ?? 0;
    const until = Math.max(now, Math.min(atFirst, atSecond)) + this.#intervalMs;
    const capped = Math.min(until, now + this.#aheadMs);
    if (atFirst < capped) usedUntil[first] = capped;
    if (atSecond < capped) usedUntil[second] = capped;
    return until <= now + BURST_MS ? 0 : this.#refuse(first);
  }

  #refuse(place: number): number {
    const times = ((this.#refusals[place] ?? 0) % 0xffff) + 1;
    this.#refusals[place] = times;
    return times;
  }
}
