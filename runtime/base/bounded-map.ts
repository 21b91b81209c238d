/**
 * A map with a bound on its entries, for keys that somebody else chooses. The entry that nobody has read or set
 * for the longest time makes room for a new one. All entries never go at once: a client with one key more than
 * there is room for could then have all of them made anew each time.
 */
export class BoundedMap<K, V> {
  readonly #most: number;
  /** In the order in which they were last asked for. */
  readonly #entries = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which becomes the one read last. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
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
