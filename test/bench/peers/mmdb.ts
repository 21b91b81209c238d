/**
 * The city data of geoip-lite as a MaxMind database, so that all servers know the same of the same
 * clients. IPv4 only: no other clients are made up here.
 * The format is https://maxmind.github.io/MaxMind-DB/, version 2.0.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { geoipLiteDirectory, rangesFile, readNames } from '../../../runtime/geo/geoip-lite-files.ts';
import { PlaceNames } from '../../../runtime/geo/place-names.ts';

export interface ExtraPlace {
  /** Dotted quad of a /24. */
  readonly prefix: string;
  readonly at: readonly [latitude: number, longitude: number];
  readonly country: string;
  readonly continent: string;
}

/** The octets of the database. */
export function geoDatabase(extra: readonly ExtraPlace[]): Buffer {
  const tree = new PrefixTree();
  const data = new DataSection();
  for (const row of cityRows()) tree.addRange(row.first, row.last, data.place(row));
  for (const { prefix, at, country, continent } of extra) {
    const [latitude, longitude] = at;
    const first = Buffer.from(prefix.split('.').map(Number)).readUInt32BE(0);
    tree.addRange(first, first + 255, data.add({ country, continent, latitude, longitude }));
  }
  return Buffer.concat([
    tree.encode(),
    Buffer.alloc(SEPARATOR),
    data.encode(),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode({
      node_count: uint32(tree.size),
      record_size: uint16(32),
      ip_version: uint16(4),
      database_type: 'GeoLite2-City',
      languages: ['en'],
      binary_format_major_version: uint16(2),
      binary_format_minor_version: uint16(0),
      build_epoch: uint64(1),
      description: { en: 'geoip-lite' },
    }),
  ]);
}

interface CityRow {
  readonly first: number;
  readonly last: number;
  readonly place: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** See runtime/geo/geoip-lite-files.ts for what a row holds. */
function* cityRows(): Generator<CityRow> {
  const octets = readFileSync(path.join(geoipLiteDirectory(), rangesFile('city', 4)));
  for (let at = 0; at < octets.length; at += 24) {
    const [latitude, longitude] = [octets.readInt32BE(at + 12), octets.readInt32BE(at + 16)];
    if (latitude === 0 && longitude === 0) continue;
    const place = octets.readUInt32BE(at + 8);
    yield { first: octets.readUInt32BE(at), last: octets.readUInt32BE(at + 4), place, latitude, longitude };
  }
}

const SEPARATOR = 16;
const BITS = 32;

/** A binary tree over the bits of an address; records are 0 for nothing, a node, or -1 - an offset into the data. */
class PrefixTree {
  #records = new Int32Array(1 << 22);
  size = 1;

  addRange(first: number, last: number, offset: number): void {
    for (let at = first; at <= last; ) {
      // The largest prefix that begins here and ends in the range.
      let length = at === 0 ? 1 : Math.clz32(at & -at) + 1;
      while (at + 2 ** (BITS - length) - 1 > last) length += 1;
      this.#add(at, length, offset);
      at += 2 ** (BITS - length);
    }
  }

  encode(): Buffer {
    const octets = Buffer.alloc(8 * this.size);
    for (let index = 0; index < 2 * this.size; index += 1) {
      const record = this.#records[index] ?? 0;
      const value = record === 0 ? this.size : record > 0 ? record : this.size + SEPARATOR - 1 - record;
      octets.writeUInt32BE(value, 4 * index);
    }
    return octets;
  }

  #add(prefix: number, length: number, offset: number): void {
    let node = 0;
    for (let depth = 0; depth < length - 1; depth += 1) {
      const slot = 2 * node + ((prefix >>> (BITS - 1 - depth)) & 1);
      const next = this.#records[slot] ?? 0;
      node = next > 0 ? next : this.#grow(slot);
    }
    this.#records[2 * node + ((prefix >>> (BITS - length)) & 1)] = -1 - offset;
  }

  #grow(slot: number): number {
    const node = this.size;
    this.size += 1;
    if (2 * this.size > this.#records.length) {
      const larger = new Int32Array(2 * this.#records.length);
      larger.set(this.#records);
      this.#records = larger;
    }
    this.#records[slot] = node;
    return node;
  }
}

/** What is known of each place, once. */
class DataSection {
  readonly #names = new PlaceNames(readNames(geoipLiteDirectory()));
  readonly #offsets = new Map<string, number>();
  readonly #parts: Buffer[] = [];
  #length = 0;

  place({ place, latitude, longitude }: CityRow): number {
    const key = `${place} ${latitude} ${longitude}`;
    const known = this.#offsets.get(key);
    if (known !== undefined) return known;
    const { country, continent } = this.#names.location(place, 0, 0);
    const offset = this.add({ country, continent, latitude: latitude / 1e4, longitude: longitude / 1e4 });
    this.#offsets.set(key, offset);
    return offset;
  }

  add(place: {
    country: string | undefined;
    continent: string | undefined;
    latitude: number;
    longitude: number;
  }): number {
    const { country, continent, latitude, longitude } = place;
    const octets = encode({
      ...(continent !== undefined && { continent: { code: continent } }),
      ...(country !== undefined && { country: { iso_code: country } }),
      location: { latitude: double(latitude), longitude: double(longitude) },
    });
    const offset = this.#length;
    this.#parts.push(octets);
    this.#length += octets.length;
    return offset;
  }

  encode(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

type Value = string | Buffer | readonly Value[] | { readonly [key: string]: Value };

/** Numbers come encoded, as they do not show their type. */
function encode(value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.concat([control(2, value.length), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as { readonly [key: string]: Value });
  return Buffer.concat([control(7, entries.length), ...entries.flat().map(encode)]);
}

/** Sizes here are below 29, beyond which they would take another octet. */
function control(type: number, size: number): Buffer {
  return Buffer.from(type < 8 ? [(type << 5) | size] : [size, type - 7]);
}

function double(value: number): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), octets]);
}

function uint16(value: number): Buffer {
  return Buffer.concat([control(5, 2), Buffer.from([value >> 8, value & 0xff])]);
}

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return Buffer.concat([control(6, 4), octets]);
}

function uint64(value: number): Buffer {
  return Buffer.concat([control(9, 1), Buffer.from([value])]);
}
