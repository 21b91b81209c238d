/** A queue of requests that wait for their turn. */

/** A queue, first in, first out, that shows its oldest entry. */
export class RequestQueue<T> {
  #requests: T[] = [];
  #head = 0;

  get size(): number {
    return this.#requests.length - this.#head;
  }

  get oldest(): T | undefined {
    return this.#requests[this.#head];
  }

  push(request: T): void {
    this.#requests.push(request);
  }

  /** Takes the oldest away and returns the next. */
  advance(): T | undefined {
    this.#head += 1;
    if (this.#head === this.#requests.length) {
      this.#requests.length = 0;
      this.#head = 0;
    } else if (this.#head >= 64 && 2 * this.#head >= this.#requests.length) {
      // This moves at most as many entries as have left since the last time: constant work for each.
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return this.oldest;
  }

  /** Takes all entries, oldest first, and leaves the queue empty. */
  drain(): T[] {
    const requests = this.#requests.slice(this.#head);
    this.#requests = [];
    this.#head = 0;
    return requests;
  }

  forEach(visit: (request: T) => void): void {
    for (let index = this.#head; index < this.#requests.length; index += 1) {
      const request = this.#requests[index];
      if (request !== undefined) visit(request);
    }
  }
}
