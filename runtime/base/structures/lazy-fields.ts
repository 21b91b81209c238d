/**
 * What an object of many keys would hold, in which each value is made when it is asked for and kept by nobody. Ten
 * thousand keys of an object with getters take V8 six milliseconds to list, and four objects each to keep.
 */
export class LazyFields<T = unknown> {
  readonly #keys: string[] = [];
  /** By key: where its value starts in the text, and where that ends. */
  readonly #bounds: number[] = [];
  readonly #read: (start: number, end: number) => T;

  /** `read` makes a value of what lies between its bounds. */
  constructor(read: (start: number, end: number) => T) {
    this.#read = read;
  }

  /** In the order they were added. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Each key may be added once. */
  add(key: string, start: number, end: number): void {
    this.#keys.push(key);
    this.#bounds.push(start, end);
  }

  /** The value of the key that was added as the `index`-th. */
  at(index: number): T | undefined {
    const [start, end] = [this.#bounds[2 * index], this.#bounds[2 * index + 1]];
    return start === undefined || end === undefined ? undefined : this.#read(start, end);
  }

  /** That of a key, which is looked for among all. */
  get(key: string): T | undefined {
    return this.at(this.#keys.indexOf(key));
  }

  /** As an object, for JSON and for tests. */
  toJSON(): Record<string, T | undefined> {
    return Object.fromEntries(this.#keys.map((key, index) => [key, this.at(index)]));
  }
}
