/**
 * A sorted table of address ranges that also knows its gaps, so that each result, a gap included, comes
 * with its prefix.
 *
 *     start     0.0.0.0    1.0.0.0    1.0.1.0    1.0.4.0   …
 *     place     nothing       17      nothing       4      …
 *
 * Each segment lasts until the next one starts; together they cover all addresses. Neighbours with equal
 * values are one segment. Where two segments meet, the table marks which fields change, so that it also finds
 * the range of a single field. An address is two 32-bit words: the upper 64 bits of an IPv6 address, or an
 * IPv4 address and 0.
 */
import { FieldMarks } from './field-marks.ts';
import { fieldBit } from './location.ts';

/** A range of addresses and its place; all rows of a file reuse one object. */
export interface RangeRow {
  startHigh: number;
  startLow: number;
  /** Last address of the range. */
  endHigh: number;
  endLow: number;
  /** Any number but {@link NOTHING}. */
  place: number;
  latitude: number;
  longitude: number;
}

export function emptyRow(): RangeRow {
  return { startHigh: 0, startLow: 0, endHigh: 0, endLow: 0, place: 0, latitude: 0, longitude: 0 };
}

/** The place of a segment that no row covers. */
export const NOTHING = 0xffff_ffff;

/**
 * Returns the fields in which two places differ; either may be {@link NOTHING}. The table itself compares the
 * coordinates of two known places.
 */
export type DifferingPlaces = (one: number, other: number) => number;

/** Numbers for each segment in `#values`. */
const VALUES = 3;
/** How many 16-bit numbers there are. */
const TOPS = 0x1_0000;
const LATITUDE = fieldBit('latitude');
const LONGITUDE = fieldBit('longitude');

/** Built once by `append` in ascending order and `finish`, then only read. */
export class RangeTable {
  // In the worst case there is a gap before each row and one at the end. Pages never written take no memory.
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  /** Place, latitude and longitude of each segment, side by side as they are read together. */
  readonly #values: Int32Array;
  /** By segment: the fields in which it differs from the segment before. */
  readonly #changes: FieldMarks;
  readonly #differing: DifferingPlaces;
  /** By the first 16 bits of an address: the segment in which ranges with these bits begin. */
  readonly #tops = new Uint32Array(TOPS + 1);
  #segments = 0;
  /** The first address no row has covered yet; 2³² as its upper word when there is none left. */
  #nextHigh = 0;
  #nextLow = 0;

  constructor(rows: number, differing: DifferingPlaces) {
    const capacity = 2 * rows + 1;
    this.#differing = differing;
    this.#changes = new FieldMarks(capacity);
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#values = new Int32Array(VALUES * capacity);
  }

  /**
   * Adds a range; leaves out a range that starts inside or before an earlier one, as the data is wrong there.
   */
  append(row: RangeRow): void {
    const { startHigh, startLow } = row;
    if (startHigh < this.#nextHigh || (startHigh === this.#nextHigh && startLow < this.#nextLow)) return;
    if (startHigh !== this.#nextHigh || startLow !== this.#nextLow) this.#openGap();
    if (!this.#continuesLast(row)) this.#open(startHigh, startLow, row.place, row.latitude, row.longitude);
    const carry = row.endLow === WORD_MAX;
    this.#nextLow = carry ? 0 : row.endLow + 1;
    this.#nextHigh = carry ? row.endHigh + 1 : row.endHigh;
  }

  /** Closes the table: the rest of the address space is a gap. */
  finish(): void {
    if (this.#nextHigh <= WORD_MAX) this.#openGap();
    let segment = 0;
    for (let top = 0; top < TOPS; top += 1) {
      while (segment + 1 < this.#segments && this.#startsAt(segment + 1, top * TOPS, 0)) segment += 1;
      this.#tops[top] = segment;
    }
    this.#tops[TOPS] = this.#segments - 1;
  }

  get segments(): number {
    return this.#segments;
  }

  /** The segment an address lies in. */
  find(high: number, low: number): number {
    // Few segments begin with the same 16 bits: the search stays in one or two cache lines of the processor.
    let from = this.#tops[high >>> 16] ?? 0;
    let to = (this.#tops[(high >>> 16) + 1] ?? 0) + 1;
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      if (this.#startsAt(middle, high, low)) from = middle;
      else to = middle;
    }
    return from;
  }

  /** The length of the largest prefix around an address of a segment in which none of the fields changes. */
  prefixLength(segment: number, high: number, low: number, fields: number): number {
    // The prefix must exclude the nearest different address: it is one bit longer than the bits they share.
    let length = 0;
    const first = this.#changes.before(segment, fields);
    if (first > 0) {
      const startHigh = this.#high[first] ?? 0;
      const startLow = this.#low[first] ?? 0;
      const belowHigh = startLow === 0 ? startHigh - 1 : startHigh;
      const belowLow = startLow === 0 ? WORD_MAX : startLow - 1;
      length = sharedBits(high, low, belowHigh, belowLow) + 1;
    }
    const next = this.#changes.after(segment + 1, fields);
    if (next !== -1) {
      const above = sharedBits(high, low, this.#high[next] ?? 0, this.#low[next] ?? 0) + 1;
      if (above > length) length = above;
    }
    return length;
  }

  place(segment: number): number {
    return (this.#values[VALUES * segment] ?? NOTHING) >>> 0;
  }

  latitude(segment: number): number {
    return this.#values[VALUES * segment + 1] ?? 0;
  }

  longitude(segment: number): number {
    return this.#values[VALUES * segment + 2] ?? 0;
  }

  /** Whether a segment starts at or before an address. */
  #startsAt(segment: number, high: number, low: number): boolean {
    const start = this.#high[segment] ?? 0;
    return start < high || (start === high && (this.#low[segment] ?? 0) <= low);
  }

  #openGap(): void {
    this.#open(this.#nextHigh, this.#nextLow, NOTHING, 0, 0);
  }

  #open(high: number, low: number, place: number, latitude: number, longitude: number): void {
    const segment = this.#segments++;
    this.#high[segment] = high;
    // The low word of IPv4 is always 0, and its unwritten pages take no memory.
    if (low !== 0) this.#low[segment] = low;
    this.#values[VALUES * segment] = place;
    this.#values[VALUES * segment + 1] = latitude;
    this.#values[VALUES * segment + 2] = longitude;
    if (segment > 0) this.#changes.add(segment, this.#changesAt(segment));
  }

  #changesAt(segment: number): number {
    const place = this.place(segment);
    const before = this.place(segment - 1);
    let fields = place === before ? 0 : this.#differing(before, place);
    // A gap has no coordinates, although the table has numbers in their place.
    if (place === NOTHING || before === NOTHING) return fields;
    if (this.latitude(segment) !== this.latitude(segment - 1)) fields |= LATITUDE;
    if (this.longitude(segment) !== this.longitude(segment - 1)) fields |= LONGITUDE;
    return fields;
  }

  #continuesLast(row: RangeRow): boolean {
    const last = this.#segments - 1;
    return (
      last >= 0 &&
      this.place(last) === row.place &&
      this.latitude(last) === row.latitude &&
      this.longitude(last) === row.longitude
    );
  }
}

function sharedBits(highA: number, lowA: number, highB: number, lowB: number): number {
  return highA === highB ? 32 + Math.clz32(lowA ^ lowB) : Math.clz32(highA ^ highB);
}

const WORD_MAX = 0xffff_ffff;
