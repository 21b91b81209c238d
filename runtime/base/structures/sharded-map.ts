/**
 * A map by whole number that grows in small steps. V8 enlarges a map at one go, which takes milliseconds at
 * 60 000 entries; here each of many maps grows by itself.
 */
const SHARDS = 256;

export class ShardedMap<T> {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<number, T>());

  get(key: number): T | undefined {
    return this.#shard(key).get(key);
  }

  set(key: number, value: T): void {
    this.#shard(key).set(key, value);
  }

  delete(key: number): void {
    this.#shard(key).delete(key);
  }

  #shard(key: number): Map<number, T> {
    return this.#shards[key % SHARDS] ?? new Map();
  }
}
