/** The pools of the zones that are served, as overrides look at them. */
import type { PoolShape } from '../../health/overrides/resolve.ts';
import type { Pool } from '../../plan/plan.ts';
import { isAddressType } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

export type NamedPools = ReadonlyMap<string, Pool>;

/** The addresses that the target of an alias has at the moment. */
export type AddressesOf = (target: string) => readonly string[];

export class ZonePools {
  readonly #zones = new Map<string, readonly PoolShape[]>();
  readonly #addressesOf: AddressesOf;

  constructor(addressesOf: AddressesOf) {
    this.#addressesOf = addressesOf;
  }

  /** The version of a zone that is served next has these pools; `undefined`: it is served no more. */
  set(zone: string, pools: NamedPools | undefined): void {
    if (pools === undefined) this.#zones.delete(zone);
    else
      this.#zones.set(
        zone,
        Array.from(pools.values(), (pool) => shapeOf(pool, this.#addressesOf)),
      );
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

function shapeOf(pool: Pool, addressesOfTarget: AddressesOf): PoolShape {
  const { name, alias } = pool;
  if (alias !== undefined) return { name, addresses: () => addressesOfTarget(alias.target) };
  let known: readonly string[] | undefined;
  return {
    name,
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
