/** What a zone has beside its dynamic records: the records of its files and its policy, and the names that the policy decides. */
import type { WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { dataKey, nameKey } from '../wire/record-key.ts';
import { NO_NODE } from '../zone/label-tree.ts';
import type { Zone } from '../zone/zone.ts';
import type { DynamicRecords } from './dynamic-record.ts';

/** An RRset that is stated elsewhere. */
export interface StatedSet {
  readonly ttl: number;
  /** Each record by its {@link dataKey}. */
  readonly data: ReadonlySet<string>;
}

export interface ZoneBase {
  readonly origin: WireName;
  /** The RRset of a type at a name in the zone; no wildcard stands in (RFC 2136 §7.17). It has no dynamic records. */
  rrset(name: WireName, type: number): StatedSet | undefined;
  /** The types at a name in the zone. */
  types(name: WireName): Iterable<number>;
  /** Whether a policy decides the name. */
  isHost(name: WireName): boolean;
}

/**
 * A zone as it is served, without its dynamic records. `isInFile`: whether a dynamic record stands in the files as well,
 * so that the zone has it without the dynamic one.
 */
export function baseOf(
  zone: Zone<unknown>,
  dynamic: DynamicRecords,
  isInFile: (record: ResourceRecord) => boolean,
): ZoneBase {
  const { index, origin } = zone;
  /** The sets of names that were asked for: an update may ask for the same thousands of times. */
  const known = new Map<string, ReadonlyMap<number, StatedSet>>();
  const setsAt = (name: WireName): ReadonlyMap<number, StatedSet> => {
    const key = nameKey(name);
    const before = known.get(key);
    if (before !== undefined) return before;
    const node = index.find(name);
    const own = (dynamic.get(key) ?? []).filter((one) => !isInFile(one));
    const dynamicData = new Set(own.map(({ type, rdata }) => dataKey(type, rdata)));
    const sets = new Map<number, StatedSet>();
    for (const type of node === NO_NODE ? [] : index.types(node)) {
      const set = index.rrset(node, type);
      const data = (set?.rdatas ?? []).map((rdata) => dataKey(type, rdata));
      const stated = new Set(data.filter((one) => !dynamicData.has(one)));
      if (set !== undefined && stated.size > 0) sets.set(type, { ttl: set.ttl, data: stated });
    }
    known.set(key, sets);
    return sets;
  };
  return {
    origin,
    rrset: (name, type) => setsAt(name).get(type),
    types: (name) => setsAt(name).keys(),
    isHost: (name) => {
      const node = index.find(name);
      return node !== NO_NODE && index.host(node) !== NO_NODE;
    },
  };
}
