/**
 * Who stands in line, each in one line at most. A `Set` keeps order as well, but not one that changes all the time: V8 makes
 * it a new table after as many changes as it has places, links the old one to it, and once one of those is old enough, keeps
 * all that come after it until its whole heap is collected, which then is soon (V8 14.6).
 */

/** To be extended by whoever is to stand in a line. */
export class Link<T extends Link<T>> {
  /** The line's own, all of them. */
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

  /** At its end; whoever stands in a line, this one or another, leaves it. */
  add(one: T): void {
    one.line?.remove(one);
    one.line = this;
    one.before = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.behind = one;
    this.#last = one;
    this.#length += 1;
  }

  /** Returns whether it stood here. */
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
