/**
 * Locates addresses by an MMDB file, the format of MaxMind, DB-IP, IPinfo and others. mmdb-lib reads what the file says of
 * itself, and each of its records once; the networks of its tree become a table of ranges, as those of geoip-lite do, in
 * which the prefix of any field is found and a place costs a look into a cache.
 */
import type { Reader, Response } from 'mmdb-lib';
import { fail, ok, type Result } from '../base/result.ts';
import { locatedSource } from './located-source.ts';
import { differingFields, type GeoSource, type Location } from './location.ts';
import { addressText, CUT, explained, NO_TREE, type OpenedMmdb, openMmdb } from './mmdb-file.ts';
import { locationOfRecord } from './mmdb-record.ts';
import { MmdbTree } from './mmdb-tree.ts';
import { type Places, RangeLocator } from './range-locator.ts';
import { emptyRow, NOTHING, RangeTable } from './range-table.ts';

/** @throws {DnsteerError} if the file cannot be read, or is no sound MMDB file. */
export function createMmdbSource(file: string): GeoSource {
  return explained(file, sourceOf(file));
}

function sourceOf(file: string): Result<GeoSource> {
  const opened = openMmdb(file);
  if (!opened.ok) return opened;
  const places = new MmdbPlaces(opened.value.reader);
  const ipv4 = tableOf(4, opened.value, places);
  if (!ipv4.ok) return ipv4;
  const ipv6 = tableOf(6, opened.value, places);
  if (!ipv6.ok) return ipv6;
  return ok(
    locatedSource(new RangeLocator(ipv4.value, places.meaning), new RangeLocator(ipv6.value, places.meaning)),
  );
}

function tableOf(family: 4 | 6, { octets, shape }: OpenedMmdb, places: MmdbPlaces): Result<RangeTable> {
  try {
    const tree = new MmdbTree(octets, shape);
    let networks = 0;
    if (!tree.visit(family, () => (networks += 1))) return fail(NO_TREE);
    const table = new RangeTable(networks, places.differing);
    const row = emptyRow();
    tree.visit(family, (high, low, length, record) => {
      row.startHigh = high;
      row.startLow = low;
      row.endHigh = (high | hostBits(length)) >>> 0;
      row.endLow = (low | hostBits(length - 32)) >>> 0;
      row.place = places.placeOf(record, () => addressText(family, high, low, tree.lower));
      if (row.place !== NOTHING) table.append(row);
    });
    table.finish();
    return ok(table);
  } catch (error) {
    return fail(`${CUT} (${(error as Error).message})`);
  }
}

/** The bits of a word that are behind the first `length`. */
function hostBits(length: number): number {
  if (length >= 32) return 0;
  return length <= 0 ? 0xffff_ffff : 0xffff_ffff >>> length;
}

/** The records of a file, each read once, by the numbers that stand for them in the table. */
class MmdbPlaces {
  readonly #reader: Reader<Response>;
  readonly #locations: Location[] = [];
  readonly #countries: number[] = [];
  readonly #byRecord = new Map<number, number>();
  readonly #byText = new Map<string, number>();

  constructor(reader: Reader<Response>) {
    this.#reader = reader;
  }

  readonly meaning: Places = {
    hasCoordinates: false,
    country: (place) => this.#countries[place] ?? 0,
    location: (table, segment) => this.#at(table.place(segment)),
    differing: (one, other) => this.differing(one, other),
  };

  readonly differing = (one: number, other: number): number =>
    differingFields(this.#at(one), this.#at(other));

  /** The number of what a record says, which an address has; NOTHING if that is nothing. */
  placeOf(record: number, address: () => string): number {
    let place = this.#byRecord.get(record);
    if (place === undefined) {
      place = this.#numberOf(locationOfRecord(this.#reader.get(address())));
      this.#byRecord.set(record, place);
    }
    return place;
  }

  /** Many records say the same of what is looked at. */
  #numberOf(location: Location): number {
    if (Object.keys(location).length === 0) return NOTHING;
    const text = JSON.stringify(location);
    let place = this.#byText.get(text);
    if (place === undefined) {
      place = this.#locations.push(location) - 1;
      const { country } = location;
      this.#countries.push(country === undefined ? 0 : country.charCodeAt(0) * 256 + country.charCodeAt(1));
      this.#byText.set(text, place);
    }
    return place;
  }

  #at(place: number): Location {
    return this.#locations[place] ?? NOWHERE;
  }
}

const NOWHERE: Location = {};
