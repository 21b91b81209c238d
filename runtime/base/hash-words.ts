/** A hash for tables whose size is a power of two: all bits of both words change the lower bits. */
export function hashWords(high: number, low: number): number {
  // The finalizer of MurmurHash3.
  let hash = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ low;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
