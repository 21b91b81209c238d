/** The pools of the zones that are served, as overrides look at them. */
import type { PoolShape } from '../../health/overrides/resolve.ts';
import type { Pool } from '../../plan/plan.ts';
import { isAddressType } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

export type NamedPools = ReadonlyMap<string, Pool>;

export class ZonePools {
  readonly #zones = new Map<string, readonly PoolShape[]>();

  /** The version of a zone that is served next has these pools; `undefined`: it is served no more. */
  set(zone: string, pools: NamedPools | undefined): void {
    if (pools === undefined) this.#zones.delete(zone);
    else this.#zones.set(zone, Array.from(pools.values(), shapeOf));
  }

  has(zone: string): boolean {
    return this.#zones.has(zone);
  }

  of(zone: string): readonly PoolShape[] {
    return this.#zones.get(zone) ?? [];
  }

  /** Zones by name, in any order. */
  get zones(): IterableIterator<string> {
    return this.#zones.keys();
  }
}

function shapeOf(pool: Pool): PoolShape {
  let known: readonly string[] | undefined;
  return {
    name: pool.name,
    addresses: () => {
      known ??= addressesOf(pool);
      return known;
    },
  };
}

function addressesOf({ sets }: Pool): string[] {
  return sets
    .filter(({ type }) => isAddressType(type))
    .flatMap(({ type, rdatas }) => rdatas.map((rdata) => rdataToText(type, rdata)));
}
