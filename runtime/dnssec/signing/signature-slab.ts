/**
 * Signatures of one zone, one behind the other in a piece of memory that is never written again: what was
 * found in it stays as it is for whoever still has it. A slab is given up as a whole.
 *
 *     octets of the entry (4) · of its canonical form (4) · hash (4) · canonical form · for each: length (2), RRSIG RDATA
 *     (in the order of the machine; entries begin at words)
 */
import type { CanonicalSet } from './canonical-set.ts';

const WORD_OCTETS = 4;
const HEAD_WORDS = 3;
const HEAD = HEAD_WORDS * WORD_OCTETS;

export class SignatureSlab<Owner = unknown> {
  readonly owner: Owner;
  /** What the memory knows it by. */
  readonly number: number;
  readonly octets: Uint8Array;
  readonly #words: Int32Array;
  used = 0;
  /** Whether it will be given up next: what is found in it is to move on. */
  isOld = false;

  constructor(owner: Owner, number: number, length: number) {
    const memory = new ArrayBuffer(length);
    this.owner = owner;
    this.number = number;
    this.octets = new Uint8Array(memory);
    this.#words = new Int32Array(memory);
  }

  /** Octets of an entry. */
  static octetsFor(set: CanonicalSet, rdatas: readonly Uint8Array[]): number {
    let length = HEAD + set.length;
    for (const rdata of rdatas) length += 2 + rdata.length;
    return (length + WORD_OCTETS - 1) & -WORD_OCTETS;
  }

  hasRoom(octets: number): boolean {
    return this.used + octets <= this.octets.length;
  }

  /** Adds an entry for which there is room; returns where it is. */
  add(hash: number, set: CanonicalSet, rdatas: readonly Uint8Array[]): number {
    const { octets, used } = this;
    const length = SignatureSlab.octetsFor(set, rdatas);
    this.#words[used / WORD_OCTETS] = length;
    this.#words[used / WORD_OCTETS + 1] = set.length;
    this.#words[used / WORD_OCTETS + 2] = hash;
    octets.set(set.octets.subarray(0, set.length), used + HEAD);
    let at = used + HEAD + set.length;
    for (const rdata of rdatas) {
      octets[at] = rdata.length >>> 8;
      octets[at + 1] = rdata.length;
      octets.set(rdata, at + 2);
      at += 2 + rdata.length;
    }
    this.used += length;
    return used;
  }

  /** Where the entry behind this one is. */
  next(at: number): number {
    return at + (this.#words[at / WORD_OCTETS] ?? 0);
  }

  hash(at: number): number {
    return this.#words[at / WORD_OCTETS + 2] ?? 0;
  }

  /** Whether the entry is for a set of this form. */
  isFor(at: number, set: CanonicalSet): boolean {
    const { length } = set;
    if (this.#words[at / WORD_OCTETS + 1] !== length) return false;
    const [ours, theirs, start] = [this.octets, set.octets, at + HEAD];
    for (let index = 0; index < length; index += 1) {
      if (ours[start + index] !== theirs[index]) return false;
    }
    return true;
  }

  /** RDATAs of an entry of `count` signatures, in this memory. */
  rdatas(at: number, count: number): readonly Uint8Array[] {
    const { octets } = this;
    const found: Uint8Array[] = [];
    let start = at + HEAD + (this.#words[at / WORD_OCTETS + 1] ?? 0);
    while (found.length < count) {
      const end = start + 2 + (((octets[start] ?? 0) << 8) | (octets[start + 1] ?? 0));
      found.push(octets.subarray(start + 2, end));
      start = end;
    }
    return found;
  }
}
