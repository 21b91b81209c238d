/**
 * The health of a pool, drawn from that of its checked addresses. Policies read it, steering goes
 * by it, and both must see the same.
 */
import { ByHealth } from '../../health/by-health.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Measure } from '../../health/values.ts';
import type { Pool, UpWhen } from '../../plan/plan.ts';
import { isBelow, slotWeights } from '../../plan/pools/up-when.ts';

/** As types/policy.d.ts has it: `degraded` means that some are down. */
export type PoolHealth = 'up' | 'degraded' | 'down';

/**
 * `up` where nothing is checked or no check has failed; A and AAAA count alike, whichever is asked for. A pool with a
 * threshold is down below it, and an alias without any address.
 */
export function poolHealth(pool: Pool, health: HealthTable): PoolHealth {
  if (pool.alias?.isDown === true) return 'down';
  if (health.areAllUp) return 'up';
  if (pool.upWhen !== undefined) return healthByShare(pool, pool.upWhen, health);
  let checked = 0;
  let down = 0;
  for (const set of pool.sets) {
    for (const slot of set.slots) {
      if (slot < 0) continue;
      checked += 1;
      if (!health.isUp(slot)) down += 1;
      if (down > 0 && down < checked) return 'degraded';
    }
  }
  return down === 0 ? 'up' : 'down';
}

/** What nothing checks has no part in it, whatever operators say. */
function healthByShare(
  { sets, overridden }: Pool,
  { percent, weights }: UpWhen,
  health: HealthTable,
): PoolHealth {
  let [up, all, down] = [0, 0, 0];
  for (let at = 0; at < sets.length; at += 1) {
    const slots = sets[at]?.slots ?? NO_SLOTS;
    const probed = overridden?.sets[at]?.slots ?? slots;
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] ?? -1;
      if ((probed[index] ?? -1) < 0) continue;
      const weight = weights?.[at]?.[index] ?? 1;
      all += weight;
      if (health.isUp(slot)) up += weight;
      else down += 1;
    }
  }
  if (down === 0) return 'up';
  return isBelow(up, all, percent) ? 'down' : 'degraded';
}

/** The health of a pool in words: of one that is down below its threshold, how much of it is up. */
export function poolHealthText(pool: Pool, health: HealthTable): string {
  const state = poolHealth(pool, health);
  if (pool.alias?.isUnresolved === true) return `down (nothing is known of ${pool.alias.target})`;
  if (pool.alias?.isDown === true) return `down (${pool.alias.target} has no address)`;
  if (state !== 'down' || pool.upWhen === undefined) return state;
  const weights = [...slotWeights(pool)];
  const [up, all] = [weights.filter(([slot]) => health.isUp(slot)), weights].map((some) =>
    some.reduce((sum, [, weight]) => sum + weight, 0),
  );
  const share = Math.floor((100 * (up ?? 0)) / (all || 1));
  return `down (${share} % up, ${pool.upWhen.percent} % wanted)`;
}

const NO_SLOTS: readonly number[] = [];

/** The mean of what is measured of a pool's targets that are up; infinite where nothing is known. */
export function poolMeasure({ sets, overridden }: Pool, measure: Measure, health: HealthTable): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < sets.length; at += 1) {
    const slots = sets[at]?.slots ?? NO_SLOTS;
    // Slots of overrides have no values: operators say who is up, and probes what is measured.
    const probed = overridden?.sets[at]?.slots ?? slots;
    for (let index = 0; index < slots.length; index += 1) {
      const isUp = health.isUp(slots[index] ?? -1);
      const value = isUp ? health.measured(probed[index] ?? -1, measure) : Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}

/** Whether operators have taken all of it out: it is not served even where nothing else is left. */
export function isPoolOut({ sets, overridden }: Pool, health: HealthTable): boolean {
  // An alias without an address has nothing to take out.
  return (
    overridden !== undefined &&
    sets.length > 0 &&
    sets.every(({ slots }) => slots.every((slot) => health.isOut(slot)))
  );
}

/** The largest share that any record of it that is up gets, above 0 to 1; 1 where none is. */
export function poolShare({ sets, overridden }: Pool, health: HealthTable): number {
  if (overridden === undefined || !health.arePartial) return 1;
  let most = 0;
  for (const { slots } of sets)
    for (const slot of slots) if (health.isUp(slot)) most = Math.max(most, health.share(slot));
  return most === 0 ? 1 : most;
}

/** The health of all pools of a policy by their names: made anew when anything has changed, and not for each run. */
export class PoolStates extends ByHealth<ReadonlyMap<string, Pool>, Readonly<Record<string, PoolHealth>>> {
  constructor() {
    super((pools, health) =>
      Object.fromEntries(Array.from(pools, ([name, pool]) => [name, poolHealth(pool, health)])),
    );
  }
}
