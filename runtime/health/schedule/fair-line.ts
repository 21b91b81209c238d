/**
 * Those who wait for a turn, by owner: who brings many waits for his own. What several owners share stands in the
 * line of each, and is served as soon as it is the turn of any of them.
 */

export interface Owned {
  /** May change while it waits; see {@link FairLine.add}. */
  readonly owners: ReadonlySet<string>;
}

export class FairLine<T extends Owned> {
  /** Owners in the order in which they are served next. */
  readonly #lines = new Map<string, Set<T>>();
  /** In whose lines each stands. */
  readonly #waiting = new Map<T, Set<string>>();

  get size(): number {
    return this.#waiting.size;
  }

  has(one: T): boolean {
    return this.#waiting.has(one);
  }

  /** The owners of somebody who waits, next first. */
  owners(): IterableIterator<string> {
    return this.#lines.keys();
  }

  /** Puts it at the end of its owners' lines; where it stands already, it stays. */
  add(one: T): void {
    const standing = this.#waiting.get(one) ?? new Set();
    this.#waiting.set(one, standing);
    for (const owner of one.owners) {
      if (standing.has(owner)) continue;
      standing.add(owner);
      const line = this.#lines.get(owner);
      if (line === undefined) this.#lines.set(owner, new Set([one]));
      else line.add(one);
    }
  }

  delete(one: T): void {
    for (const owner of this.#waiting.get(one) ?? []) {
      const line = this.#lines.get(owner);
      line?.delete(one);
      if (line?.size === 0) this.#lines.delete(owner);
    }
    this.#waiting.delete(one);
  }

  /** Takes the first of an owner, who is then the last to be served. */
  take(owner: string | undefined): T | undefined {
    const line = owner === undefined ? undefined : this.#lines.get(owner);
    if (owner === undefined || line === undefined) return undefined;
    this.#lines.delete(owner);
    this.#lines.set(owner, line);
    for (const one of line) {
      this.delete(one);
      return one;
    }
    return undefined;
  }

  /** Takes the first of the owner whose turn it is. */
  takeNext(): T | undefined {
    for (const owner of this.#lines.keys()) return this.take(owner);
    return undefined;
  }
}
