/** The hashes of names that NSEC3 records deny (RFC 5155 §5). */

import { MAX_NAME_LENGTH } from '../../wire/name.ts';
import { SHA1_LENGTH, sha1 } from './sha1.ts';

/** How names of a chain are hashed. */
export interface Nsec3Parameters {
  readonly iterations: number;
  readonly salt: Uint8Array;
}

/**
 * More iterations make a zone insecure to unbound and BIND (RFC 9276 §3.2), and each costs a hash: a zone that has more
 * is not served.
 */
export const MOST_ITERATIONS = 150;
/** Characters of a hash in base 32. */
export const HASH_LABEL = 32;

/** Those of an NSEC3 or NSEC3PARAM record; `undefined` if its RDATA is cut off. */
export function parametersOf(rdata: Uint8Array): Nsec3Parameters | undefined {
  const length = rdata[4];
  if (length === undefined || rdata.length < 5 + length) return undefined;
  return { iterations: ((rdata[2] ?? 0) << 8) | (rdata[3] ?? 0), salt: rdata.subarray(5, 5 + length) };
}

/** Writes the hash of a name, `name[from..length)` in lower case, in base 32 and lower case: `into[0..32)`. */
export function writeHash(
  name: Uint8Array,
  from: number,
  length: number,
  { iterations, salt }: Nsec3Parameters,
  into: Uint8Array,
): void {
  let end = 0;
  for (let at = from; at < length; at++) message[end++] = name[at] ?? 0;
  for (let round = 0; ; round++) {
    for (let at = 0; at < salt.length; at++) message[end++] = salt[at] ?? 0;
    if (round === iterations) break;
    // The next message begins with this hash.
    sha1(message, end, message);
    end = SHA1_LENGTH;
  }
  sha1(message, end, message);
  for (let at = 0; at < HASH_LABEL; at++) into[at] = DIGITS[bits(5 * at)] ?? 0;
}

/** Five bits of the hash. */
function bits(from: number): number {
  const at = from >> 3;
  const two = ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0);
  return (two >> (11 - (from & 7))) & 31;
}

const DIGITS = Buffer.from('0123456789abcdefghijklmnopqrstuv', 'latin1');
/** Scratch memory: no call leaves anything in it for another. A name, a salt, and what SHA-1 adds to them. */
const message = new Uint8Array(MAX_NAME_LENGTH + 255 + 72);
