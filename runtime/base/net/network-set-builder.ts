/** Gathers networks into a set, a million if need be: they are numbers in a row on the way, and no objects. */
import type { Prefix } from './ip.ts';
import { ADDRESS_WORDS, addressWord, NetworkSet } from './network-set.ts';

/** The set of some networks. */
export function networkSetOf(prefixes: readonly Prefix[]): NetworkSet {
  const builder = new NetworkSetBuilder();
  for (const { address, length } of prefixes) builder.add(address.family, address.bytes, length);
  return builder.build();
}

/** Words of a row: an address of IPv6, and a length. */
const ROW = ADDRESS_WORDS[6] + 1;
/** More than there are lengths of IPv4. */
const LENGTHS = 64;

export class NetworkSetBuilder {
  /** Each is its first address times 64, and its length, which lie in order as they are. */
  #ipv4 = new Float64Array(64);
  #ipv4Count = 0;
  /** Of each the four words of its first address, and its length. */
  #ipv6 = new Uint32Array(64 * ROW);
  #ipv6Count = 0;

  get count(): number {
    return this.#ipv4Count + this.#ipv6Count;
  }

  /** Of the octets, 4 or 16 count; bits beyond the length are not looked at. */
  add(family: 4 | 6, bytes: Uint8Array, length: number): void {
    if (family === 4) this.#addIpv4(addressWord(bytes, 0), length);
    else this.#addIpv6(bytes, length);
  }

  build(): NetworkSet {
    const ipv4 = this.#ipv4.slice(0, this.#ipv4Count).sort();
    const sweep4 = new Sweep(ADDRESS_WORDS[4], ipv4.length);
    for (const key of ipv4) sweep4.add((word) => (word === 0 ? Math.floor(key / LENGTHS) : 0), key % LENGTHS);
    const sweep6 = new Sweep(ADDRESS_WORDS[6], this.#ipv6Count);
    const rows = this.#ipv6;
    for (const row of this.#ipv6Order())
      sweep6.add((word) => rows[row * ROW + word] ?? 0, rows[row * ROW + ADDRESS_WORDS[6]] ?? 0);
    const [borders4, borders6] = [sweep4.borders, sweep6.borders];
    const words = new Uint32Array(1 + borders4.length + borders6.length);
    words[0] = borders4.length;
    words.set(borders4, 1);
    words.set(borders6, 1 + borders4.length);
    return new NetworkSet(words);
  }

  #addIpv4(first: number, length: number): void {
    if (this.#ipv4Count === this.#ipv4.length) {
      const larger = new Float64Array(2 * this.#ipv4.length);
      larger.set(this.#ipv4);
      this.#ipv4 = larger;
    }
    this.#ipv4[this.#ipv4Count] = masked(first, length) * LENGTHS + length;
    this.#ipv4Count += 1;
  }

  #addIpv6(bytes: Uint8Array, length: number): void {
    const at = this.#ipv6Count * ROW;
    if (at === this.#ipv6.length) {
      const larger = new Uint32Array(2 * this.#ipv6.length);
      larger.set(this.#ipv6);
      this.#ipv6 = larger;
    }
    for (let word = 0; word < ADDRESS_WORDS[6]; word += 1)
      this.#ipv6[at + word] = masked(addressWord(bytes, 4 * word), length - 32 * word);
    this.#ipv6[at + ADDRESS_WORDS[6]] = length;
    this.#ipv6Count += 1;
  }

  #ipv6Order(): Uint32Array {
    const rows = this.#ipv6;
    return Uint32Array.from({ length: this.#ipv6Count }, (_, row) => row).sort((one, other) => {
      for (let word = 0; word < ADDRESS_WORDS[6]; word += 1) {
        const differ = (rows[one * ROW + word] ?? 0) - (rows[other * ROW + word] ?? 0);
        if (differ !== 0) return differ;
      }
      return 0;
    });
  }
}

/** A word of which only the first `length` bits are kept. */
function masked(word: number, length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? word : (word & (-1 << (32 - length))) >>> 0;
}

/** Networks in order of their first addresses become stretches: what lies in another, or follows on it, is part of it. */
class Sweep {
  readonly #size: 1 | 4;
  readonly #words: Uint32Array;
  #used = 0;
  readonly #first: Uint32Array;
  readonly #behind: Uint32Array;
  /** The last stretch goes on to the end of all addresses: nothing is behind it. */
  #isOpen = false;

  constructor(size: 1 | 4, networks: number) {
    this.#size = size;
    this.#words = new Uint32Array(2 * size * networks);
    this.#first = new Uint32Array(size);
    this.#behind = new Uint32Array(size);
  }

  get borders(): Uint32Array {
    return this.#words.subarray(0, this.#used);
  }

  add(wordOf: (word: number) => number, length: number): void {
    if (this.#isOpen) return;
    const [first, behind, words] = [this.#first, this.#behind, this.#words];
    for (let word = 0; word < this.#size; word += 1) first[word] = wordOf(word);
    behind.set(first);
    this.#isOpen = !addBit(behind, length);
    const end = this.#used - this.#size;
    const isApart = end < 0 || compare(words, end, first) < 0;
    if (isApart) {
      words.set(first, this.#used);
      this.#used += this.#size;
      if (!this.#isOpen) {
        words.set(behind, this.#used);
        this.#used += this.#size;
      }
    } else if (this.#isOpen) this.#used = end;
    else if (compare(words, end, behind) < 0) words.set(behind, end);
  }
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

/** How the words at a place compare with these. */
function compare(words: Uint32Array, at: number, others: Uint32Array): number {
  for (let word = 0; word < others.length; word += 1) {
    const differ = (words[at + word] ?? 0) - (others[word] ?? 0);
    if (differ !== 0) return differ;
  }
  return 0;
}
