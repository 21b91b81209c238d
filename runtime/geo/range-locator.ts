/**
 * Locates the addresses of one family in a table of ranges. Clients come from the same networks again and
 * again, and from more than a processor's caches hold: what was found for an address is kept in one line of
 * memory, by hash, so that all a query wants to know of its client is one look away.
 */
import { hashWords } from '../base/hash-words.ts';
import { locationOfCountry } from './country-location.ts';
import { fieldBit, type Location, type LocationField } from './location.ts';
import { type DifferingPlaces, NOTHING, type RangeTable } from './range-table.ts';

/** What the places of a table stand for. */
export interface Places {
  /** Whether the ranges of the table have coordinates. */
  readonly hasCoordinates: boolean;
  /** The country of a place, its two letters as one number; 0 if it has none. */
  readonly country: (place: number) => number;
  readonly location: (table: RangeTable, segment: number) => Location;
  readonly differing: DifferingPlaces;
}

/** Ten-thousandths of a degree, as the table has them. */
export const DEGREE = 10_000;

/** Pairs of lines, a power of two. With all of them in use a process has 8 MB more, for each family. */
const PAIRS = 131_072;
/** In words of 32 bits: half of what a processor fetches at once. */
const LINE = 8;
const HIGH = 0;
const LOW = 1;
/** One more than its number: 0 is a line that was never written. */
const SEGMENT = 2;
const COUNTRY = 3;
const LATITUDE = 4;
const LONGITUDE = 5;
/** The prefix last asked for, and the fields it is for. */
const FIELDS = 6;
const LENGTH = 7;

/** What follows from the country. */
const OF_COUNTRY = fieldBit('country') | fieldBit('continent') | fieldBit('eu');
/** Stands for the country of an address that no range covers. */
const NOWHERE = -1;
/** Whole locations that are kept, a power of two. */
const LOCATIONS = 16_384;

export class RangeLocator {
  readonly #table: RangeTable;
  readonly #places: Places;
  readonly #lines = new Int32Array(PAIRS * 2 * LINE);
  /** Of a pair, the line to be given up next. */
  #next = 0;
  /** By number of the segment. */
  readonly #knownSegments = new Int32Array(LOCATIONS).fill(-1);
  readonly #knownLocations = Array.from<unknown, Location>({ length: LOCATIONS }, () => UNKNOWN);

  constructor(table: RangeTable, places: Places) {
    this.#table = table;
    this.#places = places;
  }

  /** As the field of the location. */
  read(high: number, low: number, field: LocationField): Location[LocationField] {
    const line = this.#line(high, low);
    const country = this.#lines[line + COUNTRY] ?? NOWHERE;
    if (country === NOWHERE) return undefined;
    switch (field) {
      case 'country':
      case 'continent':
      case 'eu':
        return locationOfCountry(country)[field];
      case 'latitude':
        return this.#places.hasCoordinates ? (this.#lines[line + LATITUDE] ?? 0) / DEGREE : undefined;
      case 'longitude':
        return this.#places.hasCoordinates ? (this.#lines[line + LONGITUDE] ?? 0) / DEGREE : undefined;
      case 'region':
      case 'city':
      case 'timeZone':
        return this.#locationOf(this.#segment(line))[field];
      default:
        return field satisfies never;
    }
  }

  locate(high: number, low: number): Location {
    const line = this.#line(high, low);
    return this.#lines[line + COUNTRY] === NOWHERE ? UNKNOWN : this.#locationOf(this.#segment(line));
  }

  /** As the key of a source: the country, or where that is not enough the range. */
  key(high: number, low: number, fields: number): number {
    const line = this.#line(high, low);
    return (fields & ~OF_COUNTRY) === 0 ? (this.#lines[line + COUNTRY] ?? NOWHERE) : this.#segment(line);
  }

  prefixLength(high: number, low: number, fields: number): number {
    const line = this.#line(high, low);
    if (this.#lines[line + FIELDS] !== fields) {
      this.#lines[line + LENGTH] = this.#table.prefixLength(this.#segment(line), high, low, fields);
      this.#lines[line + FIELDS] = fields;
    }
    return this.#lines[line + LENGTH] ?? 0;
  }

  /** Where the line of an address begins: one of a pair, of which another is given up if it was in neither. */
  #line(high: number, low: number): number {
    const pair = (hashWords(high, low) & (PAIRS - 1)) * 2 * LINE;
    if (this.#isOf(pair, high, low)) return pair;
    if (this.#isOf(pair + LINE, high, low)) return pair + LINE;
    this.#next = LINE - this.#next;
    this.#write(pair + this.#next, high, low);
    return pair + this.#next;
  }

  #isOf(line: number, high: number, low: number): boolean {
    const lines = this.#lines;
    return (
      lines[line + HIGH] === (high | 0) && lines[line + LOW] === (low | 0) && lines[line + SEGMENT] !== 0
    );
  }

  #write(line: number, high: number, low: number): void {
    const lines = this.#lines;
    const segment = this.#table.find(high, low);
    const place = this.#table.place(segment);
    lines[line + HIGH] = high;
    lines[line + LOW] = low;
    lines[line + SEGMENT] = segment + 1;
    lines[line + COUNTRY] = place === NOTHING ? NOWHERE : this.#places.country(place);
    lines[line + LATITUDE] = this.#table.latitude(segment);
    lines[line + LONGITUDE] = this.#table.longitude(segment);
    lines[line + FIELDS] = 0;
  }

  #segment(line: number): number {
    return (this.#lines[line + SEGMENT] ?? 1) - 1;
  }

  /** To read names is a lot of work. */
  #locationOf(segment: number): Location {
    const slot = segment & (LOCATIONS - 1);
    if (this.#knownSegments[slot] !== segment) {
      this.#knownSegments[slot] = segment;
      this.#knownLocations[slot] = this.#places.location(this.#table, segment);
    }
    return this.#knownLocations[slot] ?? UNKNOWN;
  }
}

const UNKNOWN: Location = {};
