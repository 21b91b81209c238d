/** The SVCB and HTTPS records of a pool with hints of the addresses that are up: made anew when any health has changed. */
import { octetsKey } from '../../base/structures/octets-key.ts';
import { ByHealth } from '../../health/by-health.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool, RecordSet } from '../../plan/plan.ts';
import { isAddressType } from '../../wire/iana/rrtype.ts';
import { withoutHints } from '../../wire/rdata/svcb-hints.ts';

export class HealthyHints {
  readonly #health: HealthTable;
  readonly #made = new ByHealth<Pool, ReadonlyMap<RecordSet, RecordSet>>(setsOf);

  constructor(health: HealthTable) {
    this.#health = health;
  }

  /** The same set, unless a hint in it is of an address that is down. */
  of(pool: Pool, set: RecordSet): RecordSet {
    const { areAllUp, takesHeld } = this.#health;
    if (areAllUp || takesHeld || pool.hinted?.includes(set.type) !== true) return set;
    return this.#made.of(pool, this.#health).get(set) ?? set;
  }
}

function setsOf({ sets, hinted = [] }: Pool, health: HealthTable): ReadonlyMap<RecordSet, RecordSet> {
  const gone = new Set<string>();
  for (const { type, rdatas, slots } of sets) {
    if (!isAddressType(type)) continue;
    for (const [index, rdata] of rdatas.entries())
      if (!health.isUp(slots[index] ?? -1)) gone.add(octetsKey(rdata));
  }
  if (gone.size === 0) return new Map();
  const isGone = (address: Uint8Array): boolean => gone.has(octetsKey(address));
  return new Map(
    sets.flatMap((set) => {
      if (!hinted.includes(set.type)) return [];
      const { type, ttl, slots } = set;
      return [[set, { type, ttl, slots, rdatas: set.rdatas.map((rdata) => withoutHints(rdata, isGone)) }]];
    }),
  );
}
