/**
 * What is known of the targets of aliases, as an answer process keeps it: by target, so that a version goes by it before it is
 * seen. Whatever changes shows in the sets of pools, so that steering reads them as any others.
 */
import type { AliasNews } from '../../health/aliases/alias-news.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';

export class ServedAliases {
  readonly #health: HealthTable;
  readonly #told = new Map<string, AliasNews>();
  /** By target, those of versions that are served. */
  readonly #pools = new Map<string, Set<Pool>>();

  constructor(health: HealthTable) {
    this.#health = health;
  }

  /** Goes by what is new. Returns the pools that operators have overridden: their overrides are to be put in force again. */
  take(news: readonly AliasNews[]): ReadonlySet<Pool> {
    const overridden = new Set<Pool>();
    for (const one of news) {
      if (one.isGone === true) this.#told.delete(one.target);
      else this.#told.set(one.target, one);
      for (const pool of this.#pools.get(one.target) ?? []) {
        showAlias(pool, one);
        if (pool.overridden !== undefined) overridden.add(pool);
      }
    }
    // Replies that are kept were made by what was known before.
    this.#health.changes += 1;
    return overridden;
  }

  /** The pools of a version that is served next: a query that comes to them goes by what is known. */
  begin(aliased: readonly Pool[]): void {
    for (const pool of aliased) {
      const target = pool.alias?.target ?? '';
      const known = this.#told.get(target);
      if (known !== undefined) showAlias(pool, known);
      const all = this.#pools.get(target) ?? new Set();
      this.#pools.set(target, all);
      all.add(pool);
    }
  }

  /** The version of these pools is served no more. */
  end(aliased: readonly Pool[]): void {
    for (const pool of aliased) {
      const target = pool.alias?.target ?? '';
      const all = this.#pools.get(target);
      all?.delete(pool);
      if (all?.size === 0) this.#pools.delete(target);
    }
  }
}

/** Has a pool answer by what is known of its target. */
export function showAlias(pool: Pool, news: AliasNews): void {
  const sets = pool.alias?.take(news);
  if (sets === undefined) return;
  const { overridden } = pool;
  if (overridden === undefined) pool.sets = sets;
  else pool.overridden = { ...overridden, sets };
}
