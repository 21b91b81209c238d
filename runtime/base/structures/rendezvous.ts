/**
 * Rendezvous hashing with weights (Thaler and Ravishankar 1998; Schindelhauer and Schomaker 2005): each member draws a
 * number from a key and its own name, and the lowest draw wins. A member that goes loses its own keys, and all others stay
 * where they are.
 */

/** A draw over 0, by two hashes of 32 bits. The weight is over 0. */
export function drawOf(key: number, member: number, weight: number): number {
  return -Math.log(uniform(key, member)) / weight;
}

/** A number between 0 and 1, both excluded, from two hashes: MurmurHash3's finalizer over both. */
function uniform(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
