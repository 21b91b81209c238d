/** A queue, first in, first out, that shows its oldest entry. */
export class Queue<T> {
  #entries: T[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get oldest(): T | undefined {
    return this.#entries[this.#head];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** Takes the oldest away and returns the next. */
  advance(): T | undefined {
    this.#head += 1;
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0;
      this.#head = 0;
    } else if (this.#head >= 64 && 2 * this.#head >= this.#entries.length) {
      // This moves at most as many entries as have left since the last time: constant work for each.
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return this.oldest;
  }

  /** Takes all entries, oldest first, and leaves the queue empty. */
  drain(): T[] {
    const entries = this.#entries.slice(this.#head);
    this.#entries = [];
    this.#head = 0;
    return entries;
  }

  forEach(visit: (entry: T) => void): void {
    for (let index = this.#head; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry !== undefined) visit(entry);
    }
  }
}
