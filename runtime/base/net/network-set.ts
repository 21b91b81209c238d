/**
 * Networks as one set of addresses, for millions of look-ups: of each family the addresses at which the way through all
 * addresses enters the set or leaves it, in order.
 *
 *     10.0.0.0/8, 10.9.0.0/16, 192.0.2.0/25     ▶  10.0.0.0 ╴in╶ 11.0.0.0 ╴out╶ 192.0.2.0 ╴in╶ 192.0.2.128 ╴out
 *
 * So an address is inside where the number of borders up to it is odd, and the borders around it say how far that holds.
 */
import type { Address, Prefix } from './ip.ts';

/** 32-bit words of an address. */
const WORDS = { 4: 1, 6: 4 } as const;

export class NetworkSet {
  readonly #ipv4: Borders;
  readonly #ipv6: Borders;

  constructor(prefixes: readonly Prefix[]) {
    this.#ipv4 = bordersOf(prefixes, 4);
    this.#ipv6 = bordersOf(prefixes, 6);
  }

  has({ family, bytes }: Address): boolean {
    return (this.#of(family).before(bytes) & 1) === 1;
  }

  /** The length of the largest prefix around an address all of which is inside, or all outside. */
  prefixLength({ family, bytes }: Address): number {
    return this.#of(family).prefixLength(bytes);
  }

  /** The first address of each stretch of one family that is inside or outside, but for that at the beginning of all. */
  borders(family: 4 | 6): Address[] {
    const borders = this.#of(family);
    return Array.from({ length: borders.count }, (_, index) => ({ family, bytes: borders.at(index) }));
  }

  #of(family: 4 | 6): Borders {
    return family === 4 ? this.#ipv4 : this.#ipv6;
  }
}

/** Borders of one family, each of one word or of four. */
class Borders {
  readonly count: number;
  readonly #words: Uint32Array;
  readonly #size: 1 | 4;

  constructor(words: Uint32Array, size: 1 | 4) {
    this.#words = words;
    this.#size = size;
    this.count = words.length / size;
  }

  /** How many borders there are up to an address. */
  before(bytes: Uint8Array): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#isUpTo(middle, bytes)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  prefixLength(bytes: Uint8Array): number {
    const next = this.before(bytes);
    // The prefix must exclude the nearest address on the other side: it is one bit longer than the bits they share.
    const below = next === 0 ? -1 : this.#sharedBelow(next - 1, bytes);
    const above = next === this.count ? -1 : this.#shared(next, bytes);
    return 1 + Math.max(below, above);
  }

  at(index: number): Uint8Array {
    const bytes = new Uint8Array(4 * this.#size);
    const view = new DataView(bytes.buffer);
    for (let word = 0; word < this.#size; word += 1)
      view.setUint32(4 * word, this.#words[index * this.#size + word] ?? 0);
    return bytes;
  }

  #isUpTo(index: number, bytes: Uint8Array): boolean {
    const at = index * this.#size;
    for (let word = 0; word < this.#size; word += 1) {
      const border = this.#words[at + word] ?? 0;
      const own = wordAt(bytes, 4 * word);
      if (border !== own) return border < own;
    }
    return true;
  }

  /** Bits that an address shares with a border. */
  #shared(index: number, bytes: Uint8Array): number {
    const at = index * this.#size;
    for (let word = 0; word < this.#size; word += 1) {
      const differ = (this.#words[at + word] ?? 0) ^ wordAt(bytes, 4 * word);
      if (differ !== 0) return 32 * word + Math.clz32(differ);
    }
    return 32 * this.#size;
  }

  /** Bits that an address shares with the address before a border; -1 where there is none. */
  #sharedBelow(index: number, bytes: Uint8Array): number {
    const at = index * this.#size;
    let last = this.#size - 1;
    while (last >= 0 && this.#words[at + last] === 0) last -= 1;
    if (last < 0) return -1;
    for (let word = 0; word < this.#size; word += 1) {
      const border = this.#words[at + word] ?? 0;
      const before = word < last ? border : word === last ? border - 1 : 0xffff_ffff;
      const differ = before ^ wordAt(bytes, 4 * word);
      if (differ !== 0) return 32 * word + Math.clz32(differ);
    }
    return 32 * this.#size;
  }
}

/** Networks in order of their first addresses become stretches: what lies in another, or follows on it, is part of it. */
function bordersOf(prefixes: readonly Prefix[], family: 4 | 6): Borders {
  const size = WORDS[family];
  const sorted = prefixes.filter(({ address }) => address.family === family).sort(byAddress);
  const words = new Uint32Array(2 * size * sorted.length);
  const [first, behind] = [new Uint32Array(size), new Uint32Array(size)];
  let used = 0;
  /** The last stretch goes on to the end of all addresses: nothing is behind it. */
  let isOpen = false;
  for (const { address, length } of sorted) {
    if (isOpen) break;
    for (let word = 0; word < size; word += 1) first[word] = wordAt(address.bytes, 4 * word);
    behind.set(first);
    isOpen = !addBit(behind, length);
    const end = used - size;
    const isApart = used === 0 || compare(words.subarray(end, used), first) < 0;
    if (isApart) {
      words.set(first, used);
      used += size;
      if (isOpen) break;
      words.set(behind, used);
      used += size;
    } else if (isOpen) used = end;
    else if (compare(words.subarray(end, used), behind) < 0) words.set(behind, end);
  }
  return new Borders(words.slice(0, used), size);
}

function byAddress({ address: one }: Prefix, { address: other }: Prefix): number {
  for (let at = 0; at < one.bytes.length; at += 1) {
    const differ = (one.bytes[at] ?? 0) - (other.bytes[at] ?? 0);
    if (differ !== 0) return differ;
  }
  return 0;
}

/** Adds 1 at the last bit of a prefix; false if that is beyond all addresses. */
function addBit(words: Uint32Array, length: number): boolean {
  if (length === 0) return false;
  let word = (length - 1) >> 5;
  let add = 2 ** (31 - ((length - 1) & 31));
  for (; word >= 0; word -= 1) {
    const sum = (words[word] ?? 0) + add;
    words[word] = sum;
    if (sum <= 0xffff_ffff) return true;
    add = 1;
  }
  return false;
}

function compare(one: Uint32Array, other: Uint32Array): number {
  for (let word = 0; word < one.length; word += 1) {
    const differ = (one[word] ?? 0) - (other[word] ?? 0);
    if (differ !== 0) return differ;
  }
  return 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
