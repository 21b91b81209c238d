/**
 * Limits the rate of many clients at once, in memory of a fixed size.
 *
 * An account is the moment up to which a client has used its grant: each use moves the moment on by its share
 * of a second, and an account more than a second ahead of now is over its rate (the "generic cell rate
 * algorithm", ITU-T I.371 annex A). An account has a place in each of two tables, which other accounts may
 * share; the emptier place counts. So no account is ever dropped to make room, and an account suffers for
 * others only if busy ones have both its places.
 */

/** Places in each table: 2.25 MB in all. */
const PLACE_BITS = 17;
const PLACES = 1 << PLACE_BITS;
const BURST_MS = 1000;

export class RateTable {
  readonly #intervalMs: number;
  readonly #aheadMs: number;
  /** Accounts in milliseconds; the second table follows the first. */
  readonly #usedUntil = new Float64Array(2 * PLACES).fill(Number.NEGATIVE_INFINITY);
  /** Refusals by place of the first table. */
  readonly #refusals = new Uint16Array(PLACES);

  /** `windowSeconds`: how far an account may be overdrawn, and so how long it takes to recover. */
  constructor(perSecond: number, windowSeconds: number) {
    this.#intervalMs = 1000 / perSecond;
    this.#aheadMs = BURST_MS + 1000 * windowSeconds;
  }

  /**
   * Uses the account once; returns 0 if the use is within the rate, else the number of its refusals so far
   * (65 535 at most, then from 1). Only the upper 25 bits of the hash count; `now` never goes back by much.
   */
  use(hash: number, now: number): number {
    const usedUntil = this.#usedUntil;
    const first = hash >>> (32 - PLACE_BITS);
    // Fibonacci hashing: two accounts that share a place in one table have different places in the other.
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
