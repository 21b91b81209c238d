/** The health of pools, and what is measured of them, as a test gives it. */
import { meant } from '../base/suggest.ts';
import type { HealthTable } from '../health/table.ts';
import { checkedSlots, type Pool } from '../plan/plan.ts';
import { slotToSpare } from '../plan/pools/up-when.ts';
import type { TestCase } from './read-case.ts';

/** Sets the health of all pools; returns what is wrong with what is given, if anything. */
export function setGivenHealth(
  { health: states, latency, load }: Pick<TestCase, 'health' | 'latency' | 'load'>,
  targets: readonly number[],
  pools: ReadonlyMap<string, Pool>,
  health: HealthTable,
): string | undefined {
  const targetOf = new Map(targets.map((target) => [health.slot(target), target]));
  for (const target of targets) {
    health.set(target, 'up');
    health.setValues(target, Number.NaN, Number.NaN);
  }
  for (const [name, state] of states) {
    const pool = pools.get(name);
    const down = pool === undefined ? noPool('health', name, pools) : slotsDown(pool, state);
    if (typeof down === 'string') return down;
    for (const slot of down) health.set(targetOf.get(slot) ?? 0, 'down');
  }
  for (const [key, values] of [
    ['latency', latency],
    ['load', load],
  ] as const)
    for (const name of values.keys()) {
      const pool = pools.get(name);
      if (pool === undefined) return noPool(key, name, pools);
      const slots = checkedSlots(pool);
      if (slots.size === 0) return `${key}.${name}: The pool has no check, so nothing is measured of it`;
      for (const slot of slots)
        health.setValues(
          targetOf.get(slot) ?? 0,
          latency.get(name) ?? Number.NaN,
          load.get(name) ?? Number.NaN,
        );
    }
  return undefined;
}

function noPool(key: string, name: string, pools: ReadonlyMap<string, Pool>): string {
  return `${key}.${name}: There is no such pool${meant(name, pools.keys())}`;
}

/** The slots of a pool that are down in a state; or why it is never in that state. */
function slotsDown(pool: Pool, state: 'up' | 'degraded' | 'down'): Iterable<number> | string {
  if (state === 'up') return [];
  const at = `health.${pool.name}`;
  const slots = checkedSlots(pool);
  if (slots.size === 0) return `${at}: The pool has no check, so it is never ${state}`;
  if (state === 'down') return slots;
  const spare = slotToSpare(pool);
  if (spare !== undefined) return [spare];
  const why = slots.size === 1 ? 'The pool is probed as one' : '"upWhen" wants all of the pool';
  return `${at}: ${why}, so it is up or down`;
}
