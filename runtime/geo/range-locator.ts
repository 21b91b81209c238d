/**
 * Locates the addresses of one family in a table of ranges. Clients come from the same networks again and
 * again, and from more than a processor's caches hold: a hash table keeps the result for an address in one
 * line of memory, so that a query reads all it needs about its client with one access.
 */
import { hashWords } from '../base/hash-words.ts';
import { locationOfCountry } from './country-location.ts';
import { fieldBit, type Location, type LocationField } from './location.ts';
import { type DifferingPlaces, NOTHING, type RangeTable } from './range-table.ts';

/** The meaning of the places of a table. */
export interface Places {
  /** Whether the ranges of the table have coordinates; else the locations do, if any. */
  readonly hasCoordinates: boolean;
  /** The country of a place, its two letters as one number; 0 if it has none. */
  readonly country: (place: number) => number;
  readonly location: (table: RangeTable, segment: number) => Location;
  readonly differing: DifferingPlaces;
}

/** A degree in the units of the table. */
export const DEGREE = 10_000;

/** Pairs of lines, a power of two. All pairs together take 8 MB, for each family. */
const PAIRS = 131_072;
/** 32-bit words of a line: half a cache line of the processor. */
const LINE = 8;
const HIGH = 0;
const LOW = 1;
/** The number of the segment plus one: 0 marks an unused line. */
const SEGMENT = 2;
const COUNTRY = 3;
const LATITUDE = 4;
const LONGITUDE = 5;
/** The fields of the last `prefixLength` call and, next, its result. */
const FIELDS = 6;
const LENGTH = 7;

/** The fields that follow from the country. */
const OF_COUNTRY = fieldBit('country') | fieldBit('continent') | fieldBit('eu');
/** The country of an address that no range covers. */
const NOWHERE = -1;
/** The most whole locations kept, a power of two. */
const LOCATIONS = 16_384;

export class RangeLocator {
  readonly #table: RangeTable;
  readonly #places: Places;
  readonly #lines = new Int32Array(PAIRS * 2 * LINE);
  /** Which line of a pair to overwrite next. */
  #next = 0;
  /** By the low bits of a segment's number, the segment whose location is kept. */
  readonly #knownSegments = new Int32Array(LOCATIONS).fill(-1);
  readonly #knownLocations = Array.from<unknown, Location>({ length: LOCATIONS }, () => UNKNOWN);

  constructor(table: RangeTable, places: Places) {
    this.#table = table;
    this.#places = places;
  }

  /** One field of the location of an address. */
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
        return this.#places.hasCoordinates
          ? (this.#lines[line + LATITUDE] ?? 0) / DEGREE
          : this.#locationOf(this.#segment(line)).latitude;
      case 'longitude':
        return this.#places.hasCoordinates
          ? (this.#lines[line + LONGITUDE] ?? 0) / DEGREE
          : this.#locationOf(this.#segment(line)).longitude;
      case 'region':
      case 'city':
      case 'timeZone':
      case 'asn':
      case 'organization':
        return this.#locationOf(this.#segment(line))[field];
      default:
        return field satisfies never;
    }
  }

  locate(high: number, low: number): Location {
    const line = this.#line(high, low);
    return this.#lines[line + COUNTRY] === NOWHERE ? UNKNOWN : this.#locationOf(this.#segment(line));
  }

  /** The key of an address: its country if that determines the fields, else its range. */
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

  /**
   * Where the line of an address begins: one line of its pair, which is overwritten if neither has the
   * address.
   */
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

  /** The location of a segment, which is kept because reading names is slow. */
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
