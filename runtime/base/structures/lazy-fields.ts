/**
 * Replaces an object of many keys: a value is made at each read and not kept. Listing ten thousand keys of an
 * object with getters takes V8 six milliseconds, and each key takes four objects.
 */
export class LazyFields<T = unknown> {
  readonly #keys: string[] = [];
  /** By key: where its value starts and ends in the text. */
  readonly #bounds: number[] = [];
  readonly #read: (start: number, end: number) => T;

  /** `read` makes a value from the text between its bounds. */
  constructor(read: (start: number, end: number) => T) {
    this.#read = read;
  }

  /** Keys in the order in which they were added. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Adds a key, which must be new. */
  add(key: string, start: number, end: number): void {
    this.#keys.push(key);
    this.#bounds.push(start, end);
  }

  /** The value of the `index`-th key. */
  at(index: number): T | undefined {
    const [start, end] = [this.#bounds[2 * index], this.#bounds[2 * index + 1]];
    return start === undefined || end === undefined ? undefined : this.#read(start, end);
  }

  /** The value of a key, which is searched for among all keys. */
  get(key: string): T | undefined {
    return this.at(this.#keys.indexOf(key));
  }

  /** A plain object of all values, for JSON and for tests. */
  toJSON(): Record<string, T | undefined> {
    return Object.fromEntries(this.#keys.map((key, index) => [key, this.at(index)]));
  }
}
