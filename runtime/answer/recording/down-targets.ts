/** Which targets of a policy's pools are down, in words: made anew when the health of anything has changed. */
import { ByHealth } from '../../health/by-health.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Manifest } from '../../plan/manifest.ts';
import { checkedSlots, type Pool, recordsInPool } from '../../plan/plan.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

/** Of a policy; with more its queries are not recorded, as each line would have all of them. */
const MOST_DOWN = 256;

type Pools = Manifest['pools'];

export class DownTargets {
  readonly #health: HealthTable;
  readonly #known = new ByHealth<Pools, readonly string[]>(downIn);

  readonly #overridden = new ByHealth<Pools, boolean>((pools) =>
    [...pools.values()].some(({ overridden }) => overridden !== undefined),
  );

  constructor(health: HealthTable) {
    this.#health = health;
  }

  /** `eu/192.0.2.1`, or `eu` for a pool that is probed as one; `undefined` if they are too many. */
  in(pools: Pools): readonly string[] | undefined {
    if (this.#health.areAllUp) return NONE;
    const down = this.#known.of(pools, this.#health);
    return down.length > MOST_DOWN ? undefined : down;
  }

  /** Whether operators have overridden any. */
  areOverridden(pools: Pools | undefined): boolean {
    return pools !== undefined && this.#overridden.of(pools, this.#health);
  }
}

const NONE: readonly string[] = [];

function downIn(pools: Pools, health: HealthTable): string[] {
  const all: string[] = [];
  for (const pool of pools.values()) {
    all.push(...downOf(pool, health));
    if (all.length > MOST_DOWN) break;
  }
  return all;
}

function downOf(pool: Pool, health: HealthTable): string[] {
  const { name } = pool;
  const checked = recordsInPool(pool).filter(({ slot }) => slot >= 0);
  const isOne = checkedSlots(pool).size < checked.length;
  const down = checked.filter(({ slot }) => !health.isUp(slot)).slice(0, MOST_DOWN + 1);
  return isOne && down.length > 0
    ? [name]
    : down.map(({ type, rdata }) => `${name}/${rdataToText(type, rdata)}`);
}
