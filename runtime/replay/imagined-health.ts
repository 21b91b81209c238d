/** Pools that are said to be down, or up, whatever was recorded. */
import { checkedSlots, type Pool } from '../plan/plan.ts';

/** Names of pools: `fra`, of all zones that have one, or `shop.example/fra`. */
export interface ImaginedPools {
  readonly down: readonly string[];
  readonly up: readonly string[];
}

export class ImaginedHealth {
  readonly pools = new Set<Pool>();
  /** Slots in the table of health. */
  readonly down = new Set<number>();
  readonly up = new Set<number>();
  /** Names that belong to a pool. */
  readonly met = new Set<string>();
  /** Pools that are said to be down and that nothing checks, as `shop.example/fra`. */
  readonly unchecked: string[] = [];
  readonly #names: ImaginedPools;

  constructor(names: ImaginedPools = { down: [], up: [] }) {
    this.#names = names;
  }

  /** Looks for the names among the pools of a zone. */
  add(zone: string, pools: ReadonlyMap<string, Pool>): void {
    const { down, up } = this.#names;
    for (const name of down) {
      const pool = this.#meet(name, zone, pools);
      if (pool === undefined) continue;
      const slots = checkedSlots(pool);
      if (slots.size === 0) this.unchecked.push(`${zone}/${pool.name}`);
      for (const slot of slots) this.down.add(slot);
    }
    for (const name of up) {
      const pool = this.#meet(name, zone, pools);
      if (pool !== undefined) for (const slot of checkedSlots(pool)) this.up.add(slot);
    }
  }

  #meet(name: string, zone: string, pools: ReadonlyMap<string, Pool>): Pool | undefined {
    const slash = name.indexOf('/');
    const isHere = slash < 0 || name.slice(0, slash).toLowerCase() === zone;
    const pool = isHere ? pools.get(name.slice(slash + 1)) : undefined;
    if (pool === undefined) return undefined;
    this.met.add(name);
    this.pools.add(pool);
    return pool;
  }
}
