/**
 * SipHash-2-4: a keyed hash of 64 bits for short inputs, which needs the key to compute (Aumasson, Bernstein:
 * SipHash, a fast short-input PRF, 2012). Each 64-bit word is two halves of 32 bits, high and low, since
 * JavaScript computes with those and allocates for longer integers.
 */

/** Makes a key for {@link sipHash} from 16 octets. */
export function sipHashKey(octets: Uint8Array): Int32Array {
  return Int32Array.from([0, 4, 8, 12], (at) => wordAt(octets, at, octets.length));
}

/** Writes the hash of `data[0..length)` to the first 8 octets of `into`, the least significant first. */
export function sipHash(key: Int32Array, data: Uint8Array, length: number, into: Uint8Array): void {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key;
  let v0h = k1 ^ 0x736f6d65;
  let v0l = k0 ^ 0x70736575;
  let v1h = k3 ^ 0x646f7261;
  let v1l = k2 ^ 0x6e646f6d;
  let v2h = k1 ^ 0x6c796765;
  let v2l = k0 ^ 0x6e657261;
  let v3h = k3 ^ 0x74656462;
  let v3l = k2 ^ 0x79746573;
  // The loop takes whole blocks of 8 octets, and one that ends with the length; then four rounds without a
  // block.
  const last = length & ~7;
  for (let at = 0; at <= last + 8; at += 8) {
    const isOver = at > last;
    const low = isOver ? 0 : wordAt(data, at, length);
    const high = isOver ? 0 : wordAt(data, at + 4, length) | (at < last ? 0 : length << 24);
    v3h ^= high;
    v3l ^= low;
    if (isOver) v2l ^= 0xff;
    for (let rounds = isOver ? 4 : 2; rounds > 0; rounds -= 1) {
      let sum = (v0l + v1l) | 0;
      v0h = (v0h + v1h + carry(sum, v1l)) | 0;
      v0l = sum;
      sum = (v2l + v3l) | 0;
      v2h = (v2h + v3h + carry(sum, v3l)) | 0;
      v2l = sum;
      // v1 is rotated left by 13, v3 by 16, v0 by 32.
      let rotated = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
      v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
      v1h = rotated;
      rotated = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
      v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
      v3h = rotated;
      rotated = v0h;
      v0h = v0l;
      v0l = rotated;

      sum = (v2l + v1l) | 0;
      v2h = (v2h + v1h + carry(sum, v1l)) | 0;
      v2l = sum;
      sum = (v0l + v3l) | 0;
      v0h = (v0h + v3h + carry(sum, v3l)) | 0;
      v0l = sum;
      // v1 is rotated left by 17, v3 by 21, v2 by 32.
      rotated = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
      v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
      v1h = rotated;
      rotated = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
      v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
      v3h = rotated;
      rotated = v2h;
      v2h = v2l;
      v2l = rotated;
    }
    v0h ^= high;
    v0l ^= low;
  }
  putWord(into, 0, v0l ^ v1l ^ v2l ^ v3l);
  putWord(into, 4, v0h ^ v1h ^ v2h ^ v3h);
}

/** The carry of a sum of lower halves into the upper half; `part` is one of the summands. */
function carry(sum: number, part: number): number {
  return sum >>> 0 < part >>> 0 ? 1 : 0;
}

/** Reads four octets, the least significant first; octets from `end` on count as 0. */
function wordAt(octets: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let index = Math.min(at + 4, end) - 1; index >= at; index -= 1)
    word = (word << 8) | (octets[index] ?? 0);
  return word;
}

function putWord(into: Uint8Array, at: number, word: number): void {
  into[at] = word;
  into[at + 1] = word >>> 8;
  into[at + 2] = word >>> 16;
  into[at + 3] = word >>> 24;
}
