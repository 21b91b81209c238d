/**
 * A waiting line of objects, each in one line at most. A `Set` keeps order as well, but suits no line that
 * changes all the time: after as many changes as it has places V8 makes a new table and links the old one to
 * it, and once one old table is old enough, V8 keeps all later ones until it collects its whole heap, which
 * then is soon (V8 14.6).
 */

/** Base class of objects that wait in a line. */
export class Link<T extends Link<T>> {
  /** Only the line changes these fields. */
  line: Line<T> | undefined;
  before: T | undefined;
  behind: T | undefined;
}

export class Line<T extends Link<T>> {
  #first: T | undefined;
  #last: T | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#first;
  }

  /** Adds an object at the end; it leaves the line it is in, this one or another. */
  add(one: T): void {
    one.line?.remove(one);
    one.line = this;
    one.before = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.behind = one;
    this.#last = one;
    this.#length += 1;
  }

  /** Removes an object; returns whether it was in this line. */
  remove(one: T): boolean {
    if (one.line !== this) return false;
    const { before, behind } = one;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    one.line = undefined;
    one.before = undefined;
    one.behind = undefined;
    this.#length -= 1;
    return true;
  }
}
