/**
 * Memory for what the packet cache keeps, in slots of 256 octets, or of a kibibyte: a question, for which clients and which outcome
 * of chance, and what there is for it. Every question has its place in one pair of slots, by hash; of a pair that is
 * full one is given up now and then, not at once, or names that are made up could drive out all others.
 *
 *     head (12 words) · name · sections of a reply
 *     head (12 words) · name ·         · shares of a draw (16 doubles)
 */
import { randomInt } from 'node:crypto';
import { hashWords } from '../../base/hash-words.ts';
import type { Query } from '../../wire/query.ts';

/** No slot. */
export const NO_SLOT = -1;
/** What there is in a slot. */
export const KIND = { REPLY: 1, BY_CLIENT: 2, DRAW: 3, LARGE: 4 } as const;

/** Words of a slot's head: what it is for, ... */
const HASH = 0;
const STAMP = 1;
const TYPE_AND_LENGTH = 2;
const NEEDS = 3;
const PLACE = 4;
const OUTCOME = 5;
/** ... and what there is. */
export const WORD = { KIND: 6, SIZE: 7, COUNTS: 8, READ: 9, ROW: 10, FLAGS: 11 } as const;
const HEAD = 12;

/** Words of a slot. */
export const SLOT = { SMALL: 64, LARGE: 256 } as const;
const WORD_OCTETS = 4;
const SHARES = 16;
/** A slot that is in use is given up once in so many times that its place is wanted. */
const PATIENCE = 8;

export class PacketSlots {
  readonly words: Int32Array;
  readonly octets: Buffer;
  readonly shares: Float64Array;
  readonly #slot: number;
  readonly #mask: number;
  /** The hash of nothing: not to be guessed, lest questions be made for one place. */
  readonly #seed = randomInt(2 ** 31);
  #query: Query | undefined;
  #stamp = 0;
  #base = 0;
  #typeAndLength = 0;
  #needs = 0;
  #place = 0;
  #outcome = 0;
  #hash = 0;
  #turn = 0;

  /** As many slots, or the next power of two. */
  constructor(atLeast: number, slot: number = SLOT.SMALL) {
    const slots = 2 ** Math.max(1, Math.ceil(Math.log2(atLeast)));
    const memory = new ArrayBuffer(slots * slot * WORD_OCTETS);
    this.#slot = slot;
    this.words = new Int32Array(memory);
    this.octets = Buffer.from(memory);
    this.shares = new Float64Array(memory);
    this.#mask = slots / 2 - 1;
  }

  /** Turns to a question, from any client; only what was written under the same stamp counts. */
  begin(query: Query, stamp: number): void {
    const { name, nameLength, type } = query;
    let hash = this.#seed ^ type;
    for (let at = 0; at < nameLength; at += 1) hash = Math.imul(hash ^ (name[at] ?? 0), 0x01000193);
    this.#query = query;
    this.#stamp = stamp;
    this.#base = hash;
    this.#typeAndLength = (type << 8) | nameLength;
    this.choose(0, 0, 0);
  }

  /** Turns to the answers for clients that have the same in what is needed of them, and to one outcome of a draw, from 1 on. */
  choose(needs: number, place: number, outcome: number): void {
    this.#needs = needs;
    this.#place = place;
    this.#outcome = outcome;
    this.#hash = hashWords(this.#base ^ Math.imul(needs, 0x9e3779b1), place + Math.imul(outcome, 0x85ebca77));
  }

  /** Turns to what was chosen in another memory. */
  follow(other: PacketSlots): void {
    this.#query = other.#query;
    this.#stamp = other.#stamp;
    this.#base = other.#base;
    this.#typeAndLength = other.#typeAndLength;
    this.#needs = other.#needs;
    this.#place = other.#place;
    this.#outcome = other.#outcome;
    this.#hash = other.#hash;
  }

  /** The outcome of a draw, of the answers chosen. */
  chooseOutcome(outcome: number): void {
    this.choose(this.#needs, this.#place, outcome);
  }

  /** The slot of what was chosen: the number of its first word, or NO_SLOT. */
  find(): number {
    const slot = this.#slot;
    const pair = (this.#hash & this.#mask) * 2 * slot;
    if (this.#isIn(pair)) return pair;
    return this.#isIn(pair + slot) ? pair + slot : NO_SLOT;
  }

  /** A slot for what was chosen, its own or another's; NO_SLOT if there is none to be had now. */
  claim(): number {
    const slot = this.#slotToUse();
    if (slot === NO_SLOT) return NO_SLOT;
    const { words, octets } = this;
    words[slot + HASH] = this.#hash;
    words[slot + STAMP] = this.#stamp;
    words[slot + TYPE_AND_LENGTH] = this.#typeAndLength;
    words[slot + NEEDS] = this.#needs;
    words[slot + PLACE] = this.#place;
    words[slot + OUTCOME] = this.#outcome;
    const name = this.#query?.name;
    const length = this.#query?.nameLength ?? 0;
    const at = (slot + HEAD) * WORD_OCTETS;
    for (let index = 0; index < length; index += 1) octets[at + index] = name?.[index] ?? 0;
    return slot;
  }

  /** Where the octets behind the name begin. */
  contentAt(slot: number): number {
    return (slot + HEAD) * WORD_OCTETS + ((this.words[slot + TYPE_AND_LENGTH] ?? 0) & 0xff);
  }

  /** Where the shares begin. */
  sharesAt(slot: number): number {
    return (slot + this.#slot) / 2 - SHARES;
  }

  /** Whether so many octets find room in a slot, behind a name of this length. */
  hasRoom(nameLength: number, octets: number): boolean {
    return HEAD * WORD_OCTETS + nameLength + octets <= this.#slot * WORD_OCTETS;
  }

  hasRoomForShares(nameLength: number, shares: number): boolean {
    return shares <= SHARES && this.hasRoom(nameLength, SHARES * Float64Array.BYTES_PER_ELEMENT);
  }

  #slotToUse(): number {
    const known = this.find();
    if (known !== NO_SLOT) return known;
    const other = (this.#hash & this.#mask) * 2 * this.#slot + this.#slot;
    const pair = other - this.#slot;
    if (this.words[pair + STAMP] !== this.#stamp) return pair;
    if (this.words[other + STAMP] !== this.#stamp) return other;
    this.#turn = (this.#turn + 1) % (2 * PATIENCE);
    if (this.#turn % PATIENCE !== 0) return NO_SLOT;
    return this.#turn === 0 ? pair : other;
  }

  #isIn(slot: number): boolean {
    const { words } = this;
    return (
      words[slot + HASH] === this.#hash &&
      words[slot + STAMP] === this.#stamp &&
      words[slot + TYPE_AND_LENGTH] === this.#typeAndLength &&
      words[slot + NEEDS] === this.#needs &&
      words[slot + PLACE] === this.#place &&
      words[slot + OUTCOME] === this.#outcome &&
      this.#hasName(slot)
    );
  }

  #hasName(slot: number): boolean {
    const name = this.#query?.name;
    if (name === undefined) return false;
    const at = (slot + HEAD) * WORD_OCTETS;
    const length = this.#typeAndLength & 0xff;
    for (let index = 0; index < length; index += 1) {
      if (this.octets[at + index] !== name[index]) return false;
    }
    return true;
  }
}
