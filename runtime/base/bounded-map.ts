/**
 * A map of no more than so many entries, for keys that somebody else chooses. To make room, the one goes that
 * was not asked for or set for the longest time: never all at once, or whoever knows one key more than
 * there is room for would have all of them made anew each time.
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

  /** The value, which is now the one last asked for. */
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
