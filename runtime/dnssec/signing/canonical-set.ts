/**
 * The canonical form of an RRset (RFC 4034 §6), in memory that all sets share one after another. It is what
 * a signature covers, and what a signature is found by: order, repetition and case of records do not matter.
 *
 *     type (2) · TTL (4) · owner · for each record, in order: length (2), RDATA          all big-endian
 */
import { lowerCase, nameLengthAt } from '../../wire/name.ts';
import { nameLayout } from '../../wire/rdata/embedded-names.ts';

const OWNER_AT = 6;
/** Of a record, besides owner and RDATA: type, class, TTL, length. */
const RECORD_HEAD = 10;
const CLASS_IN = 1;
/** So many records are sorted by insertion, which is linear for those in order. */
const FEW = 24;

export class CanonicalSet {
  /** The form stands in `octets[0..length)` until the next set is written. */
  octets = new Uint8Array(1024);
  length = 0;
  /** Of records, each counted once. */
  count = 0;
  #spare = new Uint8Array(1024);
  #signed = new Uint8Array(1024);
  #ownerLength = 0;
  /** By record: where its length stands. */
  #places = new Int32Array(64);

  /** Writes a set. `owner[0..ownerLength)` is in lower case; `ttl` is the original TTL. */
  write(
    owner: Uint8Array,
    ownerLength: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
  ): void {
    this.#reserve(ownerLength, rdatas);
    const { octets } = this;
    put16(octets, 0, type);
    put32(octets, 2, ttl);
    for (let at = 0; at < ownerLength; at += 1) octets[OWNER_AT + at] = owner[at] ?? 0;
    this.#ownerLength = ownerLength;
    this.count = rdatas.length;
    let end = OWNER_AT + ownerLength;
    let isInOrder = true;
    for (let index = 0; index < rdatas.length; index += 1) {
      this.#places[index] = end;
      end = putRdata(octets, end, type, rdatas[index] ?? NOTHING);
      if (index > 0 && isInOrder) isInOrder = compare(octets, this.#place(index - 1), this.#place(index)) < 0;
    }
    this.length = end;
    if (!isInOrder) this.#sort();
  }

  /** What a signature covers (RFC 4034 §3.1.8.1), until the next call; `head` is its RDATA up to the signature. */
  signedOctets(head: Uint8Array): Uint8Array {
    const ownerEnd = OWNER_AT + this.#ownerLength;
    const length = head.length + this.length - ownerEnd + this.count * (this.#ownerLength + RECORD_HEAD - 2);
    if (length > this.#signed.length) this.#signed = new Uint8Array(2 * length);
    const { octets } = this;
    const signed = this.#signed;
    signed.set(head);
    let to = head.length;
    for (let at = ownerEnd; at < this.length; ) {
      const end = at + 2 + read16(octets, at);
      to = copy(octets, OWNER_AT, ownerEnd, signed, to);
      to = copy(octets, 0, 2, signed, to);
      put16(signed, to, CLASS_IN);
      to = copy(octets, 2, OWNER_AT, signed, to + 2);
      to = copy(octets, at, end, signed, to);
      at = end;
    }
    return signed.subarray(0, to);
  }

  /** Labels of the owner, without the root and a leading `*` (RFC 4034 §3.1.3). */
  get labels(): number {
    const { octets } = this;
    let count = octets[OWNER_AT] === 1 && octets[OWNER_AT + 1] === ASTERISK ? -1 : 0;
    for (let at = OWNER_AT; (octets[at] ?? 0) > 0; at += 1 + (octets[at] ?? 0)) count += 1;
    return count;
  }

  /** Copies the records, in order and each once, to the other octets, which take the place of these. */
  #sort(): void {
    const { octets } = this;
    this.#sortPlaces();
    const to = this.#spare;
    const first = OWNER_AT + this.#ownerLength;
    let end = copy(octets, 0, first, to, 0);
    let kept = 0;
    for (let index = 0; index < this.count; index += 1) {
      const at = this.#place(index);
      if (index > 0 && compare(octets, this.#place(index - 1), at) === 0) continue;
      end = copy(octets, at, at + 2 + read16(octets, at), to, end);
      kept += 1;
    }
    this.#spare = octets;
    this.octets = to;
    this.length = end;
    this.count = kept;
  }

  #sortPlaces(): void {
    const { octets, count } = this;
    const places = this.#places;
    if (count > FEW) {
      // Linear for a set that is in order but for where it begins, as sets that are rotated are.
      const sorted = Array.from(places.subarray(0, count)).sort((a, b) => compare(octets, a, b));
      places.set(sorted);
      return;
    }
    for (let index = 1; index < count; index += 1) {
      const place = this.#place(index);
      let to = index;
      for (; to > 0 && compare(octets, this.#place(to - 1), place) > 0; to -= 1) {
        places[to] = this.#place(to - 1);
      }
      places[to] = place;
    }
  }

  #place(index: number): number {
    return this.#places[index] ?? 0;
  }

  #reserve(ownerLength: number, rdatas: readonly Uint8Array[]): void {
    let length = OWNER_AT + ownerLength;
    for (let index = 0; index < rdatas.length; index += 1) length += 2 + (rdatas[index]?.length ?? 0);
    if (length > this.octets.length) {
      this.octets = new Uint8Array(2 * length);
      this.#spare = new Uint8Array(2 * length);
    } else if (length > this.#spare.length) this.#spare = new Uint8Array(this.octets.length);
    if (rdatas.length > this.#places.length) this.#places = new Int32Array(2 * rdatas.length);
  }
}

const NOTHING = new Uint8Array(0);
const ASTERISK = 0x2a;

/** Writes length and canonical RDATA: names in lower case in the types that RFC 6840 §5.1 has left of those. */
function putRdata(octets: Uint8Array, at: number, type: number, rdata: Uint8Array): number {
  const { length } = rdata;
  put16(octets, at, length);
  const start = at + 2;
  for (let index = 0; index < length; index += 1) octets[start + index] = rdata[index] ?? 0;
  const layout = nameLayout(type);
  if (layout === undefined) return start + length;
  let from = layout.before;
  for (let count = 0; count < layout.strings; count += 1) from += 1 + (rdata[from] ?? 0);
  for (let count = 0; count < layout.count; count += 1) {
    const end = from + (nameLengthAt(rdata, from) ?? 0);
    for (; from < end; from += 1) octets[start + from] = lowerCase(rdata[from] ?? 0);
  }
  return start + length;
}

/** Compares RDATA as strings of octets; one that goes on is behind one that ends (RFC 4034 §6.3). */
function compare(octets: Uint8Array, a: number, b: number): number {
  const [lengthOfA, lengthOfB] = [read16(octets, a), read16(octets, b)];
  const common = Math.min(lengthOfA, lengthOfB);
  for (let at = 2; at < common + 2; at += 1) {
    const order = (octets[a + at] ?? 0) - (octets[b + at] ?? 0);
    if (order !== 0) return order;
  }
  return lengthOfA - lengthOfB;
}

function copy(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): number {
  for (let index = start; index < end; index += 1) into[at + index - start] = from[index] ?? 0;
  return at + end - start;
}

function read16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

function put16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

function put32(octets: Uint8Array, at: number, value: number): void {
  put16(octets, at, value >>> 16);
  put16(octets, at + 2, value);
}
