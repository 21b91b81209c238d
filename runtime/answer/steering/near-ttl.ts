/**
 * TTLs that fall as a change of health comes near: to the time in which the state of a target of the plan could next
 * change, if all of its probes from now on went against it. They fall by halves, so that replies that are kept are few.
 */
import { ByHealth } from '../../health/by-health.ts';
import type { HealthTable } from '../../health/table.ts';
import { checkedSlots, type LeafPlan, type Nearing, type Plan, standInOf } from '../../plan/plan.ts';
import { everyLeaf } from '../../rpc/plan-fold.ts';

export class NearTtl {
  readonly #health: HealthTable;
  readonly #seconds = new ByHealth<Plan, number>(secondsToChange);

  constructor(health: HealthTable) {
    this.#health = health;
  }

  /** Of an answer of a plan that may live for `ttl` seconds. */
  of(plan: Plan, { leastTtl }: Nearing, ttl: number): number {
    return fallenTtl(ttl, leastTtl, this.#seconds.of(plan, this.#health));
  }
}

/** The largest of `most`, its half, its quarter, … that is no more than so many seconds; never less than `least`. */
export function fallenTtl(most: number, least: number, seconds: number): number {
  let ttl = most;
  while (ttl > least && ttl > seconds) ttl = Math.floor(ttl / 2);
  return Math.min(most, Math.max(least, ttl));
}

/** Infinite where nothing of the plan changes, or tells how near it is. */
function secondsToChange(plan: Plan, health: HealthTable): number {
  const soonest = { health, seconds: Number.POSITIVE_INFINITY };
  everyLeaf(plan, look, soonest);
  return soonest.seconds;
}

interface Soonest {
  readonly health: HealthTable;
  seconds: number;
}

function look(leaf: LeafPlan, into: Soonest): boolean {
  if (leaf.kind !== 'pool') return true;
  const { pool } = leaf;
  const { nearing } = pool;
  if (nearing !== undefined) {
    for (const slot of checkedSlots(pool)) {
      const results = into.health.isUp(slot) ? nearing.fall : nearing.rise;
      // The next result is there within one interval.
      const left = Math.max(1, results - into.health.near(slot));
      into.seconds = Math.min(into.seconds, left * nearing.intervalS);
    }
  }
  const standIn = standInOf(pool);
  return standIn === undefined || everyLeaf(standIn, look, into);
}
