/** The names of the policy's pools, once it has declared them, and the health of each. */
import type { PoolHealth } from '../../../types/policy.d.ts';
import { suggest } from '../../base/suggest.ts';
import { currentRun, healthOf, note } from './facts.ts';
import { create, hasOwn, keys } from './primordials.ts';

/** Pool → the fact that holds its health. */
let facts: Record<string, string> | undefined;

/**
 * Declares the pools. Plans made before may name any pool, and their names are checked when one is answered.
 */
export function declarePools(names: readonly string[]): void {
  const declared: Record<string, string> = create(null);
  for (const name of names) declared[name] = `health.${name}`;
  facts = declared;
}

/** Whether the pools are declared already. */
export function poolsAreDeclared(): boolean {
  return facts !== undefined;
}

/** What is wrong with a pool's name, if anything is. */
export function poolProblem(name: string): string | undefined {
  if (facts === undefined || facts[name] !== undefined) return undefined;
  return unknownPool(name, keys(facts));
}

/** The message for an unknown pool, with the pool that was probably meant. */
function unknownPool(name: string, pools: readonly string[]): string {
  const meant = suggest(name, pools);
  if (meant !== undefined) return `Unknown pool "${name}"; did you mean "${meant}"?`;
  return `Unknown pool "${name}"; ${pools.length === 0 ? 'the policy declares no pools' : `declared are ${list(pools)}`}`;
}

/** The health of a pool, as the host last reported it. */
export function health(pool: string): PoolHealth {
  const run = currentRun();
  const fact = facts?.[pool];
  if (fact === undefined) throw new RangeError(poolProblem(pool) ?? 'The policy declares no pools');
  const states = healthOf(run);
  const known = hasOwn(states, pool) ? states[pool] : undefined;
  const value: PoolHealth = known === 'down' || known === 'degraded' ? known : 'up';
  note(run, fact, value);
  return value;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, …` : shown;
}
