/**
 * SHA-1 (FIPS 180-4 §6.1) of a few octets, without allocation: NSEC3 hashes a name many times over, and a call of the
 * system's library takes several times as long. It is no protection of anything.
 */

/** Octets of a hash. */
export const SHA1_LENGTH = 20;
const BLOCK = 64;

/** Writes the hash of `octets[0..length)` to `into[0..20)`. `octets` has room for another 72 octets, and is written over. */
export function sha1(octets: Uint8Array, length: number, into: Uint8Array): void {
  const end = pad(octets, length);
  let [h0, h1, h2, h3, h4] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  for (let block = 0; block < end; block += BLOCK) {
    expand(octets, block);
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4];
    for (let round = 0; round < 80; round++) {
      const mixed = ((a << 5) | (a >>> 27)) + e + (words[round] ?? 0);
      const next = (mixed + (round < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : later(round, b, c, d))) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  put(into, 0, h0);
  put(into, 4, h1);
  put(into, 8, h2);
  put(into, 12, h3);
  put(into, 16, h4);
}

function later(round: number, b: number, c: number, d: number): number {
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/** Returns where the last block ends. */
function pad(octets: Uint8Array, length: number): number {
  const end = (Math.floor((length + 8) / BLOCK) + 1) * BLOCK;
  octets[length] = 0x80;
  octets.fill(0, length + 1, end - 4);
  put(octets, end - 4, 8 * length);
  return end;
}

function expand(octets: Uint8Array, block: number): void {
  for (let word = 0; word < 16; word++) {
    const at = block + 4 * word;
    words[word] =
      ((octets[at] ?? 0) << 24) |
      ((octets[at + 1] ?? 0) << 16) |
      ((octets[at + 2] ?? 0) << 8) |
      (octets[at + 3] ?? 0);
  }
  for (let word = 16; word < 80; word++) {
    const mixed =
      (words[word - 3] ?? 0) ^ (words[word - 8] ?? 0) ^ (words[word - 14] ?? 0) ^ (words[word - 16] ?? 0);
    words[word] = (mixed << 1) | (mixed >>> 31);
  }
}

function put(into: Uint8Array, at: number, word: number): void {
  into[at] = word >>> 24;
  into[at + 1] = word >>> 16;
  into[at + 2] = word >>> 8;
  into[at + 3] = word;
}

/** Scratch memory: no call leaves anything in it for another. */
const words = new Int32Array(80);
