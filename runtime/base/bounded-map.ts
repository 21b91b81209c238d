/**
 * A map with a bound on its entries, for keys that clients or policies choose. The entry that was neither
 * read nor set for the longest time makes room for a new one. The map never drops all entries at once: a
 * client with one key more than the bound could then force the server to make all entries anew each time.
 */
export class BoundedMap<K, V> {
  readonly #most: number;
  /** Entries in the order in which they were last read or set. */
  readonly #entries = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, whose entry becomes the last one read. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
