/**
 * What operators have overridden of the zones that are served: kept by zone, so that a version goes by it before it is
 * seen, and put in force in slices, as a pool may have tens of thousands of records.
 */
import type { Steps } from '../../base/loop/steps.ts';
import type { PoolOverride, ZoneOverrides } from '../../health/overrides/zone-overrides.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';
import { OverriddenPool } from '../steering/overridden-pool.ts';

type Pools = ReadonlyMap<string, Pool>;

export class ServedOverrides {
  readonly #health: HealthTable;
  readonly #told = new Map<string, readonly PoolOverride[]>();
  /** By version that is served, as long as it is. */
  readonly #inForce = new Map<Pools, OverriddenPool[]>();

  constructor(health: HealthTable) {
    this.#health = health;
  }

  /** From now on this holds of a zone; `served`: the pools of the version that is served, if it has any. */
  *takeInSteps({ zone, pools }: ZoneOverrides, served: Pools | undefined): Steps<void> {
    if (pools.length > 0) this.#told.set(zone, pools);
    else this.#told.delete(zone);
    if (served === undefined) return;
    const before = this.#inForce.get(served) ?? [];
    this.#inForce.delete(served);
    yield* this.beginInSteps(zone, served);
    for (const pool of before) {
      if (pool.isInForce) pool.restore();
      yield* pool.disposeInSteps();
    }
  }

  /** Puts what was said of a zone in force again: the records of its pools are others. */
  *renewInSteps(zone: string, served: Pools): Steps<void> {
    const pools = this.#told.get(zone)?.map((override) => ({ ...override }));
    if (pools !== undefined) yield* this.takeInSteps({ zone, pools }, served);
  }

  /** Overrides the pools of a version, which may be yet to be served. Each changes at one go. */
  *beginInSteps(zone: string, pools: Pools): Steps<void> {
    const made: OverriddenPool[] = [];
    for (const override of this.#told.get(zone) ?? []) {
      const pool = pools.get(override.pool);
      if (pool !== undefined) made.push(yield* OverriddenPool.inSteps(pool, override, this.#health));
    }
    if (made.length > 0) this.#inForce.set(pools, made);
  }

  /** Whether there is anything to {@link endInSteps}. */
  has(pools: Pools): boolean {
    return this.#inForce.has(pools);
  }

  /** Gives back what overrides the pools of a version that no query goes by any more. */
  *endInSteps(pools: Pools): Steps<void> {
    const made = this.#inForce.get(pools) ?? [];
    this.#inForce.delete(pools);
    for (const pool of made) yield* pool.disposeInSteps();
  }
}
