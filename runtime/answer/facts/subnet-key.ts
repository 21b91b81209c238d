/**
 * Clients' networks as the memo has them. There are as many as decisions that go by them, so those of IPv4 are
 * numbers: their first 24 bits, then their length. A number takes no memory of its own, and is found sooner than a text.
 */
import type { FactValue } from '../../rpc/plan.ts';

const LONGEST = 24;
const LENGTHS = 32;

/** The key of the network of an IPv4 address; `length` is 24 at most. */
export function ipv4SubnetKey(bytes: Uint8Array, length: number): number {
  const upper = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
  return (length === 0 ? 0 : upper & (-1 << (LONGEST - length))) * LENGTHS + length;
}

/** The key of a network as policies read it: whatever is no text of such a network is its own key. */
export function subnetKeyOf(value: FactValue): FactValue {
  if (typeof value !== 'string') return value;
  let upper = 0;
  let at = 0;
  for (let octet = 0; octet < 4; octet += 1) {
    const part = partAt(value, at);
    at = partEnd;
    // The last octet has no bits of the network.
    if (part < 0 || part > (octet === 3 ? 0 : 255)) return value;
    if (value.charCodeAt(at) !== (octet === 3 ? SLASH : DOT)) return value;
    if (octet < 3) upper = upper * 256 + part;
    at += 1;
  }
  const length = partAt(value, at);
  return length >= 0 && length <= LONGEST && partEnd === value.length ? upper * LENGTHS + length : value;
}

let partEnd = 0;

/** A number of at most three digits, as it is written and no other way; -1 if there is none. */
function partAt(text: string, from: number): number {
  let part = 0;
  let at = from;
  for (; at < text.length && at < from + 3; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    part = 10 * part + digit;
  }
  partEnd = at;
  const isWritten = at === from + 1 || (at > from && text.charCodeAt(from) !== ZERO);
  return isWritten ? part : -1;
}

/** The network as policies read it. */
export function subnetOfKey(key: number): string {
  const length = key % LENGTHS;
  const upper = (key - length) / LENGTHS;
  return `${upper >>> 16}.${(upper >>> 8) & 0xff}.${upper & 0xff}.0/${length}`;
}

const ZERO = 0x30;
const DOT = 0x2e;
const SLASH = 0x2f;
