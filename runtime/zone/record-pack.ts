/**
 * Records one behind the other in one block of octets: a million records would take a gigabyte as objects,
 * and take little more than their octets here. Files and other processes get records in this form too.
 *
 *   owner (uncompressed) · type (2) · TTL (4) · length of RDATA (2) · RDATA     all big-endian
 */
import { assert } from '../base/assert.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { nameLengthAt, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';

/** Octets between owner and RDATA. */
const FIXED = 8;
/** Room for the first records of a pack: octets, and records. Many packs are read and never written to. */
const LITTLE = 512;
const FEW = 16;
/** Of all packs without a record, which never write to these. */
const NO_OCTETS = new Uint8Array();
const NO_STARTS = new Uint32Array(1);

export class RecordPack implements Iterable<ResourceRecord> {
  /** Number of records. */
  size = 0;
  #octets = NO_OCTETS;
  #used = 0;
  /** Where each record begins; the entry behind the last says where the next record will begin. */
  #starts = NO_STARTS;

  /** Reads a pack from its {@link octets}; the pack shares their memory. */
  static read(octets: Uint8Array<ArrayBuffer>): Result<RecordPack> {
    const pack = new RecordPack();
    pack.#octets = octets;
    for (let at = 0; at < octets.length; ) {
      const fixed = at + (nameLengthAt(octets, at) ?? octets.length);
      const end = fixed + FIXED + u16(octets, fixed + 6);
      if (!(end <= octets.length)) return fail('A record is cut off');
      at = end;
      pack.#note(at);
    }
    return ok(pack);
  }

  static of(records: Iterable<ResourceRecord>): RecordPack {
    const pack = new RecordPack();
    for (const { owner, type, ttl, rdata } of records) pack.add(owner, type, ttl, rdata);
    return pack;
  }

  /** The octets of all records, which share memory with the pack until the next record is added. */
  get octets(): Uint8Array<ArrayBuffer> {
    return this.#octets.subarray(0, this.#used);
  }

  add(owner: WireName, type: number, ttl: number, rdata: Uint8Array): void {
    assert(rdata.length <= 0xffff, 'RDATA has 65535 octets at most');
    const start = this.#used;
    const fixed = start + owner.length;
    const end = fixed + FIXED + rdata.length;
    if (end > this.#octets.length) this.#grow(end);
    const octets = this.#octets;
    octets.set(owner, start);
    octets[fixed] = type >>> 8;
    octets[fixed + 1] = type;
    octets[fixed + 2] = ttl >>> 24;
    octets[fixed + 3] = ttl >>> 16;
    octets[fixed + 4] = ttl >>> 8;
    octets[fixed + 5] = ttl;
    octets[fixed + 6] = rdata.length >>> 8;
    octets[fixed + 7] = rdata.length;
    octets.set(rdata, fixed + FIXED);
    this.#note(end);
  }

  /** Adds all records of another pack, given as its octets. */
  addAll(octets: Uint8Array<ArrayBuffer>): void {
    const read = RecordPack.read(octets);
    assert(read.ok, 'A pack can be read');
    const { size } = read.value;
    const base = this.#used;
    if (base + octets.length > this.#octets.length) this.#grow(base + octets.length);
    this.#octets.set(octets, base);
    for (let record = 1; record <= size; record++) this.#note(base + (read.value.#starts[record] ?? 0));
  }

  owner(record: number): WireName {
    return this.#octets.subarray(this.#starts[record], this.#fixedAt(record));
  }

  type(record: number): number {
    return u16(this.#octets, this.#fixedAt(record));
  }

  ttl(record: number): number {
    const at = this.#fixedAt(record) + 2;
    return u16(this.#octets, at) * 0x10000 + u16(this.#octets, at + 2);
  }

  rdata(record: number): Uint8Array {
    return this.#octets.subarray(this.#fixedAt(record) + FIXED, this.#starts[record + 1]);
  }

  /** The octets of one record, in the form of the pack. */
  octetsOf(record: number): Uint8Array<ArrayBuffer> {
    return this.#octets.subarray(this.#starts[record], this.#starts[record + 1]);
  }

  /** One record, which shares memory with the pack. */
  at(record: number): ResourceRecord {
    const [owner, type, ttl] = [this.owner(record), this.type(record), this.ttl(record)];
    return { owner, type, ttl, rdata: this.rdata(record) };
  }

  *[Symbol.iterator](): Iterator<ResourceRecord> {
    for (let record = 0; record < this.size; record++) yield this.at(record);
  }

  #fixedAt(record: number): number {
    let at = this.#starts[record] ?? 0;
    for (let length = this.#octets[at] ?? 0; length > 0; length = this.#octets[at] ?? 0) at += 1 + length;
    return at + 1;
  }

  #note(end: number): void {
    this.#used = end;
    this.size++;
    if (this.size === this.#starts.length) {
      const larger = new Uint32Array(Math.max(FEW, 2 * this.#starts.length));
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[this.size] = end;
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, 2 * this.#octets.length, LITTLE));
    larger.set(this.octets);
    this.#octets = larger;
  }
}

/** The records in the octets of a pack, one by one: none of them is looked at before it is asked for. */
export function* packedRecords(octets: Uint8Array): Generator<ResourceRecord> {
  for (let at = 0; at < octets.length; ) {
    const fixed = at + (nameLengthAt(octets, at) ?? octets.length);
    const end = fixed + FIXED + u16(octets, fixed + 6);
    assert(end <= octets.length, 'A pack holds whole records');
    yield {
      owner: octets.subarray(at, fixed),
      type: u16(octets, fixed),
      ttl: u16(octets, fixed + 2) * 0x10000 + u16(octets, fixed + 4),
      rdata: octets.subarray(fixed + FIXED, end),
    };
    at = end;
  }
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
