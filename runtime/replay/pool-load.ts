/**
 * The load of pools, as far as a recording tells: queries a second, in the minute that has most of them. One that was
 * recorded stands for as many as its header says.
 */
const MINUTE = 60_000;
/** Of all pools together: two months of a dozen pools. */
const MOST_MINUTES = 1_048_576;

export class PoolLoads {
  readonly #pools = new Map<string, Map<number, number>>();
  #minutes = 0;

  /** Notes a query that stands for `weight` of them; `at` is in milliseconds since 1970. */
  note(pool: string, at: number, weight: number): void {
    const minutes = this.#pools.get(pool) ?? new Map<number, number>();
    if (minutes.size === 0) this.#pools.set(pool, minutes);
    const minute = Math.floor(at / MINUTE);
    const known = minutes.get(minute);
    if (known === undefined && this.#minutes === MOST_MINUTES) return;
    if (known === undefined) this.#minutes += 1;
    minutes.set(minute, (known ?? 0) + weight);
  }

  /** Queries a second in the busiest minute. */
  peak(pool: string): number {
    let most = 0;
    for (const count of this.#pools.get(pool)?.values() ?? []) most = Math.max(most, count);
    return (most * 1000) / MINUTE;
  }
}
