/**
 * Finds octets among others, without a text for each: V8 puts each text that a map looks up into one table, and
 * all answers wait for up to 12 ms while that grows.
 */
import { randomInt } from 'node:crypto';

/** Not to be guessed, lest somebody choose octets that are all searched for in one place. */
const SEED = randomInt(2 ** 32);

export class OctetsIndex {
  readonly #octets: Uint8Array[] = [];
  /** By hash, or the next number that was free: the index of octets. */
  readonly #indices = new Map<number, number>();

  /** The index of the octets among all different ones that were given, in their order. */
  add(octets: Uint8Array): number {
    let place = hashOf(octets);
    for (let at = this.#indices.get(place); at !== undefined; at = this.#indices.get(++place)) {
      if (Buffer.compare(this.#octets[at] ?? octets, octets) === 0) return at;
    }
    this.#indices.set(place, this.#octets.length);
    return this.#octets.push(octets) - 1;
  }
}

/** FNV-1a, but for where it begins; 30 bits, which V8 keeps without an object. */
function hashOf(octets: Uint8Array): number {
  let hash = SEED;
  for (let at = 0; at < octets.length; at += 1) hash = Math.imul(hash ^ (octets[at] ?? 0), 0x01000193);
  return hash >>> 2;
}
