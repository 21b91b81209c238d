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
  let octets = 0;
  let part = 0;
  let length = -1;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code >= ZERO && code <= NINE) part = 10 * part + code - ZERO;
    else if (code !== DOT && code !== SLASH) return value;
    else {
      octets = octets * 256 + part;
      part = 0;
      if (code === SLASH) length = at;
    }
  }
  const key = Math.floor(octets / 256) * LENGTHS + part;
  // A text that is written in another way is no network's.
  return length > 0 && key < MOST && part <= LONGEST && subnetOfKey(key) === value ? key : value;
}

/** The network as policies read it. */
export function subnetOfKey(key: number): string {
  const length = key % LENGTHS;
  const upper = (key - length) / LENGTHS;
  return `${upper >>> 16}.${(upper >>> 8) & 0xff}.${upper & 0xff}.0/${length}`;
}

const MOST = 2 ** LONGEST * LENGTHS;
const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const SLASH = 0x2f;
