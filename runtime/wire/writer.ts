/**
 * Writes one response at a time into its buffer: header, question, then RRsets section by section, then OPT.
 * An RRset that does not fit is refused whole; the room for OPT is set aside from the start, so that OPT
 * always fits.
 *
 * This file is long because all parts of a message share one buffer and one position.
 *
 * RFC 1035 §4.1, RFC 6891 §6, RFC 7871 §7.2, RFC 8914.
 */
import { assert } from '../base/assert.ts';
import { Views } from '../base/views.ts';
import { Compression } from './compression.ts';
import { encodedTtl, setEncodedTtl } from './encoded-rrset.ts';
import { AA, firstFlags, SETTABLE_FLAGS, TC } from './header-flags.ts';
import { CLASS } from './iana/class.ts';
import { nameLengthAt, type WireName } from './name.ts';
import { type Opt, optRoom, writeOptRecord } from './opt.ts';
import { HEADER_LENGTH, type Query } from './query.ts';
import { nameLayout } from './rdata/embedded-names.ts';

export type Section = 'answer' | 'authority' | 'additional';

const NO_POINTER = 0;
const QUESTION_POINTER = 0xc000 | HEADER_LENGTH;
/** The most octets of an owner, type, class, TTL and RDLENGTH. */
const RECORD_HEAD_ROOM = 255 + 10;
/** The fewest octets of the same: an RRset whose count times this exceeds the room is refused unseen. */
const LEAST_RECORD = 1 + 10;
/**
 * Compression saves less than an owner and two names in RDATA: a record this far beyond the limit cannot fit.
 */
const SLACK = 1024;
/** For fewer octets than this a loop copies faster than a call does. */
const SHORT_COPY = 32;

export class MessageWriter {
  /** The message is `buffer[0..finish())`. */
  readonly buffer: Buffer<ArrayBuffer>;
  readonly #views: Views;
  readonly #capacity: number;
  readonly #compression: Compression;
  #questionEnd = HEADER_LENGTH;
  #position = HEADER_LENGTH;
  /** The sections end before this; the room behind is for OPT. */
  #limit = HEADER_LENGTH;
  #reserved = 0;
  #flags = 0;
  /** Those that the opcode has, and the response may set. */
  #settable = 0;
  #rcode = 0;
  #class: number = CLASS.IN;
  #answers = 0;
  #authorities = 0;
  #additionals = 0;
  /** Whether everything fitted so far. */
  isWhole = true;

  constructor(capacity = 0xffff) {
    this.#capacity = capacity;
    this.buffer = Buffer.alloc(capacity + SLACK);
    this.#views = new Views(this.buffer);
    this.#compression = new Compression(this.buffer);
  }

  /**
   * Begins the response to `query`, which was parsed from `packet`, of at most `limit` octets. `room` of them
   * are for options that not every OPT has.
   */
  begin(packet: Uint8Array, query: Query, limit: number, room = 0): void {
    const { buffer } = this;
    this.#reserved = optRoom(query) + room;
    this.#class = query.class === CLASS.CH ? CLASS.CH : CLASS.IN;
    this.#questionEnd = query.questionEnd;
    // The loop copies the question with the case the client chose (draft-vixie-dnsext-dns0x20).
    for (let at = HEADER_LENGTH; at < query.questionEnd; at++) buffer[at] = packet[at] ?? 0;
    this.#limit = Math.min(limit, this.#capacity) - this.#reserved;
    this.#flags = firstFlags(query);
    this.#settable = SETTABLE_FLAGS[query.opcode] ?? 0;
    this.#rcode = 0;
    this.isWhole = true;
    this.#put16(0, query.id);
    this.dropSections();
  }

  /** Sets or clears AA. */
  setAuthoritative(isAuthoritative: boolean): void {
    this.#flags = isAuthoritative ? this.#flags | (AA & this.#settable) : this.#flags & ~AA;
  }

  /** Sets the response code, whose upper eight bits go into OPT (RFC 6891 §6.1.3). */
  setRcode(rcode: number): void {
    this.#rcode = rcode;
  }

  /**
   * Writes all of an RRset, or nothing if it does not fit. Without an owner, the owner is the name in the
   * question. `from` is the record to begin with; after the last record the first ones follow.
   */
  writeRRset(
    section: Section,
    owner: WireName | undefined,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
    from = 0,
  ): boolean {
    const mark = this.#compression.mark();
    let at = this.#position;
    if (at + rdatas.length * LEAST_RECORD > this.#limit) return this.#refuse(mark);
    let ownerPointer = owner === undefined ? QUESTION_POINTER : NO_POINTER;
    for (let count = 0; count < rdatas.length; count++) {
      const rdata = rdatas[(from + count) % rdatas.length];
      assert(rdata !== undefined, 'an RRset has no holes');
      if (at + RECORD_HEAD_ROOM + rdata.length > this.buffer.length) return this.#refuse(mark);
      const end = this.#writeRecord(at, owner, ownerPointer, type, ttl, rdata);
      if (end > this.#limit) return this.#refuse(mark);
      if (ownerPointer === NO_POINTER) ownerPointer = this.#pointerTo(at);
      at = end;
    }
    this.#position = at;
    this.#count(section, rdatas.length);
    return true;
  }

  /**
   * Writes an RRset of the name in the question, as encoded-rrset.ts encodes it, with the TTL given; writes
   * nothing if the RRset does not fit.
   */
  writeEncoded(section: Section, encoded: Uint8Array, ttl: number, records: number): boolean {
    const end = this.#position + encoded.length;
    if (end > this.#limit) return this.#refuse(this.#compression.mark());
    this.#copy(encoded, 0, this.#position);
    if (encodedTtl(encoded) !== ttl) setEncodedTtl(this.buffer, this.#position, end, ttl);
    this.#position = end;
    this.#count(section, records);
    return true;
  }

  /** Octets left for sections. */
  get room(): number {
    return this.#limit - this.#position;
  }

  /** Where the sections begin in {@link buffer}. */
  get sectionsStart(): number {
    return this.#questionEnd;
  }

  /** Where the sections end so far. */
  get sectionsEnd(): number {
    return this.#position;
  }

  /** Record counts of the three sections in one number, which is right if none is over 255. */
  get sectionCounts(): number {
    return this.#answers | (this.#authorities << 8) | (this.#additionals << 16);
  }

  /**
   * Writes all sections of another response to the same question from `source[from..from + length)`: pointers
   * in them stay right. Only OPT may be written after them. False if they do not fit.
   */
  writeSections(source: Buffer, from: number, length: number, counts: number): boolean {
    const at = this.#position;
    if (at + length > this.#limit) return this.#refuse(this.#compression.mark());
    source.copy(this.buffer, at, from, from + length);
    this.#position = at + length;
    this.#answers = counts & 0xff;
    this.#authorities = (counts >> 8) & 0xff;
    this.#additionals = counts >> 16;
    return true;
  }

  /** Writes OPT, the last record, into the room set aside for it; false if it does not fit. */
  writeOpt(opt: Opt): boolean {
    const limit = this.#limit + this.#reserved;
    const end = writeOptRecord(this.buffer, this.#position, limit, opt, this.#rcode);
    if (end > limit) return false;
    this.#position = end;
    this.#additionals++;
    return true;
  }

  /** Sets TC: the client queries again over TCP (RFC 2181 §9). */
  setTruncated(): void {
    this.#flags |= TC & this.#settable;
  }

  /** Drops all sections. */
  dropSections(): void {
    this.#position = this.#questionEnd;
    this.#answers = 0;
    this.#authorities = 0;
    this.#additionals = 0;
    this.#compression.reset();
  }

  /** Completes the header; returns the length of the message. */
  finish(): number {
    this.#put16(2, this.#flags | (this.#rcode & 0x0f));
    this.#put16(4, this.#questionEnd > HEADER_LENGTH ? 1 : 0);
    this.#put16(6, this.#answers);
    this.#put16(8, this.#authorities);
    this.#put16(10, this.#additionals);
    return this.#position;
  }

  /** Completes the message; returns a view of it, which is valid until the next message begins. */
  message(): Uint8Array {
    return this.#views.first(this.finish());
  }

  #refuse(mark: number): boolean {
    this.#compression.rollback(mark);
    this.isWhole = false;
    return false;
  }

  #count(section: Section, records: number): void {
    if (section === 'answer') {
      assert(this.#authorities + this.#additionals === 0, 'sections are written in order');
      this.#answers += records;
    } else if (section === 'authority') {
      assert(this.#additionals === 0, 'sections are written in order');
      this.#authorities += records;
    } else {
      this.#additionals += records;
    }
  }

  #writeRecord(
    start: number,
    owner: WireName | undefined,
    ownerPointer: number,
    type: number,
    ttl: number,
    rdata: Uint8Array,
  ): number {
    const { buffer } = this;
    let at = start;
    if (ownerPointer === NO_POINTER && owner !== undefined) {
      at = this.#writeName(owner, 0, at);
    } else {
      this.#put16(at, ownerPointer);
      at += 2;
    }
    this.#put16(at, type);
    this.#put16(at + 2, this.#class);
    buffer[at + 4] = ttl >>> 24;
    buffer[at + 5] = ttl >>> 16;
    this.#put16(at + 6, ttl);
    const end = this.#writeRdata(at + 10, type, rdata);
    this.#put16(at + 8, end - at - 10);
    return end;
  }

  #writeRdata(start: number, type: number, rdata: Uint8Array): number {
    const layout = nameLayout(type);
    if (layout === undefined || !layout.mayCompress) return this.#copy(rdata, 0, start);
    let from = layout.before;
    let at = start + from;
    for (let index = 0; index < from; index++) this.buffer[start + index] = rdata[index] ?? 0;
    for (let count = 0; count < layout.count; count++) {
      const length = nameLengthAt(rdata, from);
      assert(length !== undefined, 'RDATA was checked before it got here');
      at = this.#writeName(rdata, from, at);
      from += length;
    }
    return this.#copy(rdata, from, at);
  }

  /** Writes a name. The first one written also makes the name in the question known to compression. */
  #writeName(source: Uint8Array, from: number, at: number): number {
    if (this.#compression.isEmpty && this.#questionEnd > HEADER_LENGTH) this.#compression.note(HEADER_LENGTH);
    return this.#compression.write(source, from, at);
  }

  /** The pointer that later records of an RRset write in place of the owner at `at`. */
  #pointerTo(at: number): number {
    const first = this.buffer[at] ?? 0;
    if (first >= 0xc0) return (first << 8) | (this.buffer[at + 1] ?? 0);
    // The root is shorter than a pointer to it, and a pointer has 14 bits.
    return first === 0 || at >= 0x4000 ? NO_POINTER : 0xc000 | at;
  }

  #copy(source: Uint8Array, from: number, at: number): number {
    const length = source.length - from;
    if (length > SHORT_COPY) this.buffer.set(from === 0 ? source : source.subarray(from), at);
    else for (let index = 0; index < length; index++) this.buffer[at + index] = source[from + index] ?? 0;
    return at + length;
  }

  #put16(at: number, value: number): void {
    this.buffer[at] = value >> 8;
    this.buffer[at + 1] = value;
  }
}
