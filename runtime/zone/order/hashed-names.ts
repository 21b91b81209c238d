/**
 * The NSEC3 records of a zone that was signed elsewhere, in the order of the hashes that are the first labels of their
 * owners (RFC 5155 §3). No name of the zone is one of these owners (RFC 5155 §7.2.8), so they are at no node.
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { lowerCase, namesEqual } from '../../wire/name.ts';
import type { RRset } from '../../wire/record.ts';
import type { SetReader } from '../set-octets.ts';
import type { ZoneTables } from '../zone-image.ts';

/** The type that an RRSIG is a signature of (RFC 4034 §3.1.1). */
export function typeCovered(rrsig: Uint8Array | undefined): number {
  return ((rrsig?.[0] ?? 0) << 8) | (rrsig?.[1] ?? 0);
}

export class HashedNames {
  readonly #tables: Pick<ZoneTables, 'hashed' | 'places' | 'types' | 'sets'>;
  readonly #reader: SetReader;

  constructor(tables: ZoneTables, reader: SetReader) {
    this.#tables = tables;
    this.#reader = reader;
  }

  /** How many there are; 0 if the zone has no NSEC3 chain. */
  get count(): number {
    return this.#tables.hashed.length;
  }

  /** The NSEC3 record at a place of the chain. */
  at(place: number): RRset {
    return this.#reader.at(this.#tables.hashed[place] ?? 0);
  }

  /** Its RRSIG records, which are the next set. */
  signatures(place: number): RRset | undefined {
    const { hashed, types } = this.#tables;
    const next = (hashed[place] ?? 0) + 1;
    if (types[next] !== RRTYPE.RRSIG) return undefined;
    const set = this.#reader.at(next);
    return namesEqual(set.owner, this.at(place).owner) ? set : undefined;
  }

  /**
   * The place of `label[from..from + length)`, a hash in base 32 and lower case; if it is at none, the complement (`~`)
   * of the place before it, which is the last one for what is before the first: the chain is a ring.
   */
  placeOf(label: Uint8Array, from: number, length: number): number {
    let first = 0;
    let last = this.count - 1;
    while (first <= last) {
      const middle = (first + last) >>> 1;
      const order = this.#compare(middle, label, from, length);
      if (order === 0) return middle;
      if (order < 0) first = middle + 1;
      else last = middle - 1;
    }
    return ~(last < 0 ? this.count - 1 : last);
  }

  #compare(place: number, label: Uint8Array, from: number, length: number): number {
    const { hashed, places, sets } = this.#tables;
    const start = places[hashed[place] ?? 0] ?? 0;
    const own = sets[start] ?? 0;
    const shorter = Math.min(own, length);
    for (let at = 0; at < shorter; at++) {
      const order = lowerCase(sets[start + 1 + at] ?? 0) - (label[from + at] ?? 0);
      if (order !== 0) return order;
    }
    return own - length;
  }
}
