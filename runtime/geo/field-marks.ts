/**
 * Sets of fields at places along a line, with a fast search for the nearest place whose set has one of some
 * fields. A word has a bit for each of 32 places, for one field; in the level above, a bit stands for a word
 * that is not 0, and so on. The search climbs levels until it finds a bit near the place, and descends to
 * the place of that bit, one word at a time.
 */
import { LOCATION_FIELDS } from './location.ts';

const SHIFT = 5;
const LAST = (1 << SHIFT) - 1;
/** The words of 32 places lie together, one for each field. */
const FIELDS = LOCATION_FIELDS.length;

/** All sets are empty at first. A set has a bit for each field of a location. */
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
      // A word that was not 0 is marked in the level above already.
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

  /** A bit for each of 32 places: whether it has any of the fields. */
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

/** The highest bit that is set. */
function last(bits: number): number {
  return LAST - Math.clz32(bits);
}
