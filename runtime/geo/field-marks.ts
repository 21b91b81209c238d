/**
 * Sets of fields along a line, and the nearest place at which one of some fields is in the set. A word
 * has a bit for each of 32 places, for one field; over it stands a level in which a bit is a word below
 * with anything in it, and so on: the search climbs while there is nothing near, and descends to what it
 * has found, one word at a time.
 */
import { LOCATION_FIELDS } from './location.ts';

const SHIFT = 5;
const LAST = (1 << SHIFT) - 1;
/** Words of the same places lie together, one for each field. */
const FIELDS = LOCATION_FIELDS.length;

/** Made empty, then added to. A set has a bit for each field of a location. */
export class FieldMarks {
  readonly #levels: Int32Array[] = [];

  constructor(places: number) {
    for (let size = places; ; size = (size >> SHIFT) + 1) {
      this.#levels.push(new Int32Array(((size >> SHIFT) + 1) * FIELDS));
      if (size <= LAST) break;
    }
  }

  /** Adds fields to the set of a place. */
  add(place: number, fields: number): void {
    for (let rest = fields; rest !== 0; rest &= rest - 1) this.#addOne(place, first(rest));
  }

  /** The last place, up to this one, that has any of the fields; -1 if there is none. */
  before(place: number, fields: number): number {
    let at = place;
    for (let level = 0; level < this.#levels.length && at >= 0; level += 1) {
      const found = this.#bits(level, at >> SHIFT, fields) & (-1 >>> (LAST - (at & LAST)));
      if (found !== 0) return this.#descend(level, (at & ~LAST) | last(found), fields, last);
      at = (at >> SHIFT) - 1;
    }
    return -1;
  }

  /** The first place, from this one on, that has any of the fields; -1 if there is none. */
  after(place: number, fields: number): number {
    let at = place;
    for (let level = 0; level < this.#levels.length; level += 1) {
      const found = this.#bits(level, at >> SHIFT, fields) & (-1 << (at & LAST));
      if (found !== 0) return this.#descend(level, (at & ~LAST) | first(found), fields, first);
      at = (at >> SHIFT) + 1;
    }
    return -1;
  }

  #addOne(place: number, field: number): void {
    let at = place;
    for (const level of this.#levels) {
      const word = (at >> SHIFT) * FIELDS + field;
      const before = level[word] ?? 0;
      level[word] = before | (1 << (at & LAST));
      // Then it is marked above.
      if (before !== 0) return;
      at >>= SHIFT;
    }
  }

  #descend(from: number, place: number, fields: number, which: (bits: number) => number): number {
    let at = place;
    for (let level = from - 1; level >= 0; level -= 1) {
      at = (at << SHIFT) | which(this.#bits(level, at, fields));
    }
    return at;
  }

  /** Of 32 places, those that have any of the fields. */
  #bits(level: number, group: number, fields: number): number {
    const words = this.#levels[level];
    let bits = 0;
    for (let rest = fields; rest !== 0; rest &= rest - 1) {
      bits |= words?.[group * FIELDS + first(rest)] ?? 0;
    }
    return bits;
  }
}

/** The lowest bit that is set. */
function first(bits: number): number {
  return LAST - Math.clz32(bits & -bits);
}

/** The highest. */
function last(bits: number): number {
  return LAST - Math.clz32(bits);
}
