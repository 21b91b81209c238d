/**
 * Sections that many questions have in common but for the length of their names, kept as octets. Where the name of the
 * question gets longer, all behind it moves, and all pointers move with it (RFC 1035 §4.1.4), but for those to the name
 * itself; nothing else changes.
 *
 *     head (9 words) · where the pointers are (16 half words) · sections of a reply
 *
 * All zones of a process share a table of fixed size, in which each stencil has its place in one pair of slots, by hash. One
 * that another one displaces is cut again from the next reply, which costs what it would cost without.
 */
import { hashWords } from '../../base/hash-words.ts';
import { findPointers } from '../../wire/pointers.ts';
import { HEADER_LENGTH } from '../../wire/query.ts';
import type { MessageWriter } from '../../wire/writer.ts';
import type { Stencil } from '../sections.ts';

/** What a stencil is for, in words of its head, ... */
const VERSION = 0;
const PERIOD = 1;
const KIND = 2;
const PLACE = 3;
const SET = 4;
/** ... and what there is. */
const NAME_LENGTH = 5;
const SIZE = 6;
const COUNTS = 7;
const POINTERS = 8;
const HEAD = 9;

const MOST_POINTERS = 16;
const SLOT = 256;
const WORD_OCTETS = 4;
const SLOT_OCTETS = SLOT * WORD_OCTETS;
const CONTENT = HEAD * WORD_OCTETS + MOST_POINTERS * 2;
/** Where the sections begin behind the name of the question (RFC 1035 §4.1.2). */
const TYPE_AND_CLASS = 4;
/** What of a pointer says where to. */
const OFFSET = 0x3fff;
const TO_QUESTION = 0xc000 | HEADER_LENGTH;

export class Stencils implements Stencil {
  readonly #words: Int32Array;
  readonly #pointers: Uint16Array;
  readonly #octets: Buffer;
  readonly #mask: number;
  readonly #found = new Uint16Array(MOST_POINTERS);
  #slot = 0;
  #isSecondNext = false;
  #version = 0;
  #period = 0;
  #kind = 0;
  #place = 0;
  #set = 0;
  #nameLength = 0;
  #least = 0;
  isCut = false;

  /** So many, a power of two from 2 on, of a kibibyte each. */
  constructor(slots: number) {
    const memory = new ArrayBuffer(slots * SLOT_OCTETS);
    this.#words = new Int32Array(memory);
    this.#pointers = new Uint16Array(memory);
    this.#octets = Buffer.from(memory);
    this.#mask = slots / 2 - 1;
  }

  /**
   * Turns to the stencil for names of a version of a zone (numbers of versions begin with 1), of one kind and with one
   * place in its order; returns whether it is there. All those names have what is behind the label that begins at
   * `missingAt` in common; with -1, there is one name. `set` stands for the records of an answer.
   */
  turnTo(
    version: number,
    period: number,
    kind: number,
    place: number,
    nameLength: number,
    missingAt: number,
    set = 0,
  ): boolean {
    const pair = (hashWords(version + Math.imul(kind, 0x9e3779b1), place ^ set) & this.#mask) * 2 * SLOT;
    this.#version = version;
    this.#period = period;
    this.#kind = kind;
    this.#place = place;
    this.#set = set;
    this.#nameLength = nameLength;
    this.#least = HEADER_LENGTH + missingAt;
    this.isCut = this.#isAt(pair) || this.#isAt(pair + SLOT);
    if (!this.isCut) this.#slot = this.#slotToUse(pair);
    return this.isCut;
  }

  write(writer: MessageWriter): boolean {
    const words = this.#words;
    const slot = this.#slot;
    const from = writer.sectionsStart;
    const at = slot * WORD_OCTETS + CONTENT;
    if (!writer.writeSections(this.#octets, at, words[slot + SIZE] ?? 0, words[slot + COUNTS] ?? 0))
      return false;
    const shift = this.#nameLength - (words[slot + NAME_LENGTH] ?? 0);
    if (shift !== 0) this.#shift(writer.buffer, from, shift);
    return true;
  }

  take(writer: MessageWriter, owners = 0): void {
    const words = this.#words;
    const slot = this.#slot;
    const { buffer, sectionsStart: from, sectionsEnd: end } = writer;
    if (end - from > SLOT_OCTETS - CONTENT || from !== HEADER_LENGTH + this.#nameLength + TYPE_AND_CLASS)
      return;
    const count = findPointers(buffer, from, end, this.#found);
    if (count < 0 || this.#pointsBelow(buffer, from, count, owners)) return;
    words[slot + VERSION] = this.#version;
    words[slot + PERIOD] = this.#period;
    words[slot + KIND] = this.#kind;
    words[slot + PLACE] = this.#place;
    words[slot + SET] = this.#set;
    words[slot + NAME_LENGTH] = this.#nameLength;
    words[slot + SIZE] = end - from;
    words[slot + COUNTS] = writer.sectionCounts;
    words[slot + POINTERS] = count;
    this.#pointers.set(this.#found, 2 * (slot + HEAD));
    buffer.copy(this.#octets, slot * WORD_OCTETS + CONTENT, from, end);
  }

  #isAt(slot: number): boolean {
    const words = this.#words;
    this.#slot = slot;
    return (
      words[slot + VERSION] === this.#version &&
      words[slot + PERIOD] === this.#period &&
      words[slot + KIND] === this.#kind &&
      words[slot + PLACE] === this.#place &&
      words[slot + SET] === this.#set
    );
  }

  /** What is free goes before the two in turn. */
  #slotToUse(pair: number): number {
    if (this.#words[pair + VERSION] === 0) return pair;
    this.#isSecondNext = this.#words[pair + SLOT + VERSION] === 0 || !this.#isSecondNext;
    return this.#isSecondNext ? pair + SLOT : pair;
  }

  #shift(buffer: Buffer, from: number, shift: number): void {
    const first = 2 * (this.#slot + HEAD);
    const count = this.#words[this.#slot + POINTERS] ?? 0;
    for (let index = 0; index < count; index += 1) {
      const at = from + (this.#pointers[first + index] ?? 0);
      const before = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
      if (before === TO_QUESTION) continue;
      const pointer = before + shift;
      buffer[at] = pointer >> 8;
      buffer[at + 1] = pointer;
    }
  }

  /**
   * Whether any points to a part of the name that others do not have, as the SOA may have it. Those to all of it
   * are of the records that it owns, so many.
   */
  #pointsBelow(buffer: Buffer, from: number, count: number, owners: number): boolean {
    let left = owners;
    for (let index = 0; index < count; index += 1) {
      const at = from + (this.#found[index] ?? 0);
      const pointer = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
      if (owners > 0 && pointer === TO_QUESTION) left -= 1;
      // Below it there is one label at least, so that nothing else in the name begins there.
      else if ((pointer & OFFSET) <= this.#least) return true;
    }
    return left !== 0;
  }
}
