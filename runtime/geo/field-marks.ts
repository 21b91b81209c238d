/**
 * Sets of fields along a line, and the nearest place at which one of some fields is in the set. Over
 * every 64 places stands what is in any of them, over every 64 of those again, and so on: the search
 * climbs while there is nothing near, and descends to what it has found.
 */

const SHIFT = 6;
const LAST = (1 << SHIFT) - 1;

/** Made empty, then added to. A set is eight bits. */
export class FieldMarks {
  readonly #levels: Uint8Array[] = [];

  constructor(places: number) {
    for (let size = places; ; size = (size >> SHIFT) + 1) {
      this.#levels.push(new Uint8Array(size));
      if (size <= LAST) break;
    }
  }

  /** Adds fields to the set of a place. */
  add(place: number, fields: number): void {
    let at = place;
    for (const level of this.#levels) {
      const before = level[at] ?? 0;
      // Then so it is above.
      if ((before & fields) === fields) return;
      level[at] = before | fields;
      at >>= SHIFT;
    }
  }

  /** The last place, up to this one, that has any of the fields; -1 if there is none. */
  before(place: number, fields: number): number {
    let level = 0;
    let at = place;
    while (at >= 0) {
      if (this.#has(level, at, fields)) {
        if (level === 0) return at;
        level -= 1;
        at = (at << SHIFT) | LAST;
      } else if ((at & LAST) === 0 && level + 1 < this.#levels.length) {
        level += 1;
        at = (at >> SHIFT) - 1;
      } else {
        at -= 1;
      }
    }
    return -1;
  }

  /** The first place, from this one on, that has any of the fields; -1 if there is none. */
  after(place: number, fields: number): number {
    let level = 0;
    let at = place;
    while (at < (this.#levels[level]?.length ?? 0)) {
      if (this.#has(level, at, fields)) {
        if (level === 0) return at;
        level -= 1;
        at <<= SHIFT;
      } else if ((at & LAST) === LAST && level + 1 < this.#levels.length) {
        level += 1;
        at = (at >> SHIFT) + 1;
      } else {
        at += 1;
      }
    }
    return -1;
  }

  #has(level: number, at: number, fields: number): boolean {
    return ((this.#levels[level]?.[at] ?? 0) & fields) !== 0;
  }
}
