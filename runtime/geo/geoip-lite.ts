/**
 * Where addresses are, by the data of geoip-lite: exact ranges for both address families, so that
 * every location comes with the prefix it holds for.
 *
 * The data bundled with the package is old (see `describeGeoipLite`); the package's own update
 * script refreshes it in place.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { hashWords } from '../base/hash-words.ts';
import type { Address } from '../base/ip.ts';
import { countryOf, differingCountries, locationInCountry } from './country-location.ts';
import {
  type GeoDetail,
  geoipLiteDirectory,
  geoipLiteVersion,
  NAMES_FILE,
  rangesFile,
  readNames,
  readRanges,
} from './geoip-lite-files.ts';
import type { GeoSource, Location } from './location.ts';
import { PlaceNames } from './place-names.ts';
import { type DifferingPlaces, NOTHING, type RangeTable } from './range-table.ts';

export interface GeoipLiteOptions {
  readonly detail: GeoDetail;
  /** Folder of the data files; default: the package's own, or GEODATADIR. */
  readonly directory?: string;
}

/** Loads the data, which takes a third of a second; throws a DnsteerError where it cannot be read. */
export function createGeoipLiteSource(options: GeoipLiteOptions): GeoSource {
  const { detail, directory = geoipLiteDirectory() } = options;
  const places = detail === 'city' ? cities(new PlaceNames(readNames(directory))) : COUNTRIES;
  const ipv4 = new RangeLocator(readRanges(directory, detail, 4, places.differing), places);
  const ipv6 = new RangeLocator(readRanges(directory, detail, 6, places.differing), places);
  return {
    locate({ family, bytes }: Address): Location {
      return family === 4 ? ipv4.locate(word(bytes, 0), 0) : ipv6.locate(word(bytes, 0), word(bytes, 4));
    },
    prefixLength({ family, bytes }: Address, fields: number): number {
      return family === 4
        ? ipv4.prefixLength(word(bytes, 0), 0, fields)
        : ipv6.prefixLength(word(bytes, 0), word(bytes, 4), fields);
    },
  };
}

/** What an operator should know of the data. */
export interface GeoDescription {
  /** `geoip-lite 2.0.3`. */
  readonly name: string;
  readonly detail: GeoDetail;
  readonly directory: string;
  /** When the files were written: for those that came with the package, when it was installed. */
  readonly written: Date;
  /** The data is known to be from before February 2020: it counts the United Kingdom to the European Union. */
  readonly outdated: boolean;
}

/** Describes the data without loading it. */
export function describeGeoipLite(options: GeoipLiteOptions): GeoDescription {
  const { detail, directory = geoipLiteDirectory() } = options;
  const hasNames = existsSync(path.join(directory, NAMES_FILE));
  return {
    name: `geoip-lite ${geoipLiteVersion()}`,
    detail,
    directory,
    written: statSync(path.join(directory, rangesFile(detail, 4))).mtime,
    outdated: hasNames && new PlaceNames(readNames(directory)).flagsAsEuropeanUnion('GB'),
  };
}

/** What the places of a table stand for. */
interface Places {
  readonly location: (table: RangeTable, segment: number) => Location;
  readonly differing: DifferingPlaces;
}

function cities(names: PlaceNames): Places {
  return {
    location: (table, segment) =>
      names.location(
        table.place(segment),
        table.latitude(segment) / 10_000,
        table.longitude(segment) / 10_000,
      ),
    differing: names.comparer(),
  };
}

const COUNTRIES: Places = {
  location: (table, segment) => locationInCountry(countryOf(table.place(segment))),
  differing: (one, other) => differingCountries(one === NOTHING ? 0 : one, other === NOTHING ? 0 : other),
};

/**
 * Locates the addresses of one family. Clients come from the same networks again and again: what was last
 * found is kept for each of some thousands of slots, by address, so that the table need not be searched,
 * and by segment, for reading names is most of the work.
 */
class RangeLocator {
  readonly #table: RangeTable;
  readonly #places: Places;
  /** Of each slot: the address last asked for, where it is, and a prefix with the fields it is for. */
  readonly #high = new Uint32Array(SLOTS);
  readonly #low = new Uint32Array(SLOTS);
  readonly #segments = new Int32Array(SLOTS).fill(-1);
  readonly #found = Array.from<unknown, Location>({ length: SLOTS }, () => NOWHERE);
  readonly #fields = new Uint8Array(SLOTS);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #knownSegments = new Int32Array(SLOTS).fill(-1);
  readonly #knownLocations = Array.from<unknown, Location>({ length: SLOTS }, () => NOWHERE);

  constructor(table: RangeTable, places: Places) {
    this.#table = table;
    this.#places = places;
  }

  locate(high: number, low: number): Location {
    return this.#found[this.#slot(high, low)] ?? NOWHERE;
  }

  prefixLength(high: number, low: number, fields: number): number {
    const slot = this.#slot(high, low);
    if (this.#fields[slot] !== fields) {
      this.#lengths[slot] = this.#table.prefixLength(this.#segments[slot] ?? 0, high, low, fields);
      this.#fields[slot] = fields;
    }
    return this.#lengths[slot] ?? 0;
  }

  /** The slot of an address, which is filled if another had it. */
  #slot(high: number, low: number): number {
    const slot = hashWords(high, low) & (SLOTS - 1);
    if (this.#segments[slot] !== -1 && this.#high[slot] === high && this.#low[slot] === low) return slot;
    const segment = this.#table.find(high, low);
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#segments[slot] = segment;
    this.#found[slot] = this.#locationOf(segment);
    this.#fields[slot] = 0;
    return slot;
  }

  #locationOf(segment: number): Location {
    if (this.#table.place(segment) === NOTHING) return NOWHERE;
    const slot = segment % SLOTS;
    if (this.#knownSegments[slot] !== segment) {
      this.#knownSegments[slot] = segment;
      this.#knownLocations[slot] = this.#places.location(this.#table, segment);
    }
    return this.#knownLocations[slot] ?? NOWHERE;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

const NOWHERE: Location = {};
/** A power of two. With all of them in use a process has some 10 MB more. */
const SLOTS = 65_536;
