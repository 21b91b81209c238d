/** The pools of the zones that are served, as overrides look at them. */
import type { HealthSubject } from '../../health/combination.ts';
import type { PoolShape } from '../../health/overrides/resolve.ts';
import type { Pool } from '../../plan/plan.ts';
import { isAddressType } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';

export type NamedPools = ReadonlyMap<string, Pool>;

/** An address of a pool, and the target that is checked for it; without one no check covers it. */
export interface PoolMember {
  readonly address: string;
  readonly target?: string;
}

/** The addresses that the target of an alias has at the moment. */
export type AddressesOf = (target: string) => readonly string[];

export class ZonePools {
  readonly #pools = new Map<
    string,
    { readonly pools: NamedPools; readonly targets: readonly HealthSubject[] }
  >();
  readonly #zones = new Map<string, readonly PoolShape[]>();
  readonly #addressesOf: AddressesOf;

  constructor(addressesOf: AddressesOf) {
    this.#addressesOf = addressesOf;
  }

  /** The version of a zone that is served next has these pools; `undefined`: it is served no more. */
  set(zone: string, pools: NamedPools | undefined, targets: readonly HealthSubject[] = []): void {
    if (pools === undefined) {
      this.#zones.delete(zone);
      this.#pools.delete(zone);
      return;
    }
    this.#zones.set(
      zone,
      Array.from(pools.values(), (pool) => shapeOf(pool, this.#addressesOf)),
    );
    this.#pools.set(zone, { pools, targets });
  }

  has(zone: string): boolean {
    return this.#zones.has(zone);
  }

  of(zone: string): readonly PoolShape[] {
    return this.#zones.get(zone) ?? [];
  }

  /** The addresses of a pool, in its own order; `undefined` if there is no such pool. Slots are indices of targets. */
  membersOf(zone: string, name: string): PoolMember[] | undefined {
    const { pools, targets } = this.#pools.get(zone) ?? {};
    const pool = pools?.get(name);
    if (pool?.alias !== undefined)
      return this.#addressesOf(pool.alias.target).map((address) => ({ address }));
    const sets = pool?.sets.filter(({ type }) => isAddressType(type));
    return sets?.flatMap(({ type, rdatas, slots }) =>
      rdatas.map((rdata, at) => {
        const target = targets?.[slots[at] ?? -1]?.id;
        return { address: rdataToText(type, rdata), ...(target !== undefined && { target }) };
      }),
    );
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
