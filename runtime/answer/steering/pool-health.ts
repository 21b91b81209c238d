/**
 * The health of a pool, drawn from that of its checked addresses. Policies read it, steering goes
 * by it, and both must see the same.
 */
import { ByHealth } from '../../health/by-health.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';

/** As types/policy.d.ts has it: `degraded` means that some are down. */
export type PoolHealth = 'up' | 'degraded' | 'down';

/** `up` where nothing is checked or no check has failed; A and AAAA count alike, whichever is asked for. */
export function poolHealth(pool: Pool, health: HealthTable): PoolHealth {
  if (health.areAllUp) return 'up';
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

/** Whether operators have taken all of it out: it is not served even where nothing else is left. */
export function isPoolOut({ sets, overridden }: Pool, health: HealthTable): boolean {
  return overridden !== undefined && sets.every(({ slots }) => slots.every((slot) => health.isOut(slot)));
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
