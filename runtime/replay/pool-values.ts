/** Which pool an answer is of, as far as its records tell: a recording says what was answered, and not from which pool. */
import { type Pool, recordsInPool } from '../plan/plan.ts';
import { rdataToText } from '../wire/rdata/registry.ts';

export class PoolValues {
  /** Value → the pool that holds it; `null` for one that several hold. */
  readonly #pools = new Map<string, string | null>();

  constructor(pools: ReadonlyMap<string, Pool>) {
    for (const pool of pools.values())
      for (const { type, rdata } of recordsInPool(pool)) this.#note(rdataToText(type, rdata), pool.name);
  }

  /** The one pool that holds all values; `undefined` if there is none, or nobody knows which. */
  poolOf(values: readonly string[]): string | undefined {
    const [first, ...others] = values;
    const pool = first === undefined ? undefined : (this.#pools.get(first) ?? undefined);
    return others.every((value) => this.#pools.get(value) === pool) ? pool : undefined;
  }

  #note(value: string, pool: string): void {
    const known = this.#pools.get(value);
    this.#pools.set(value, known === undefined || known === pool ? pool : null);
  }
}
