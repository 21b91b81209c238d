/** What waits for its turn. */

/** First in, first out; the oldest at hand. */
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
      // Moves at most as many as have left since the last time: constant work for each.
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return this.oldest;
  }

  /** All that are in it, oldest first, and leaves it empty. */
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
