/**
 * Where addresses are, by the data of geoip-lite: exact ranges for both address families, so that
 * every location comes with the prefix it holds for.
 *
 * The data bundled with the package is old (see `describeGeoipLite`); the package's own update
 * script refreshes it in place.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Address } from '../base/ip.ts';
import { locationInCountry } from './country-location.ts';
import {
  type GeoDetail,
  geoipLiteDirectory,
  geoipLiteVersion,
  NAMES_FILE,
  rangesFile,
  readNames,
  readRanges,
} from './geoip-lite-files.ts';
import type { GeoSource, Located, Location } from './location.ts';
import { PlaceNames } from './place-names.ts';
import { NOTHING, type RangeTable } from './range-table.ts';

export interface GeoipLiteOptions {
  readonly detail: GeoDetail;
  /** Folder of the data files; default: the package's own, or GEODATADIR. */
  readonly directory?: string;
}

/** Loads the data, which takes a fifth of a second; throws a DnsteerError where it cannot be read. */
export function createGeoipLiteSource(options: GeoipLiteOptions): GeoSource {
  const { detail, directory = geoipLiteDirectory() } = options;
  const locationAt = detail === 'city' ? cities(new PlaceNames(readNames(directory))) : countries;
  const ipv4 = new RangeLocator(readRanges(directory, detail, 4), locationAt);
  const ipv6 = new RangeLocator(readRanges(directory, detail, 6), locationAt);
  return {
    locate({ family, bytes }: Address): Located {
      return family === 4 ? ipv4.locate(word(bytes, 0), 0) : ipv6.locate(word(bytes, 0), word(bytes, 4));
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

/** The location a segment of a table stands for. */
type LocationAt = (table: RangeTable, segment: number) => Location;

function cities(names: PlaceNames): LocationAt {
  return (table, segment) =>
    names.location(table.place(segment), table.latitude(segment) / 10_000, table.longitude(segment) / 10_000);
}

function countries(table: RangeTable, segment: number): Location {
  const code = table.place(segment);
  return locationInCountry(String.fromCharCode(code >> 8, code & 0xff));
}

/**
 * Locates the addresses of one family. Remembers the last answer for each of some thousands of
 * slots: clients come from the same networks again and again, and reading names is most of the work.
 */
class RangeLocator {
  readonly #table: RangeTable;
  readonly #locationAt: LocationAt;
  readonly #segments = new Int32Array(SLOTS).fill(-1);
  readonly #located = Array.from<Located | undefined>({ length: SLOTS });

  constructor(table: RangeTable, locationAt: LocationAt) {
    this.#table = table;
    this.#locationAt = locationAt;
  }

  locate(high: number, low: number): Located {
    const segment = this.#table.find(high, low);
    const prefixLength = this.#table.prefixLength(segment, high, low);
    const slot = segment % SLOTS;
    const remembered = this.#segments[slot] === segment ? this.#located[slot] : undefined;
    // In a segment that is no single prefix, the length depends on the address.
    if (remembered?.prefixLength === prefixLength) return remembered;
    const location = remembered?.location ?? this.#read(segment);
    const located = { location, prefixLength };
    this.#segments[slot] = segment;
    this.#located[slot] = located;
    return located;
  }

  #read(segment: number): Location {
    return this.#table.place(segment) === NOTHING ? NOWHERE : this.#locationAt(this.#table, segment);
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
const SLOTS = 4096;
