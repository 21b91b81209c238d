/** What a zone has beside its dynamic records: the records of its files and its policy, and the names that the policy decides. */
import type { WireName } from '../wire/name.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { NO_NODE } from '../zone/label-tree.ts';
import type { Zone } from '../zone/zone.ts';
import { type DynamicRecords, isSameData, nameKey } from './dynamic-record.ts';

export interface ZoneBase {
  readonly origin: WireName;
  /** The RRset of a type at a name in the zone; no wildcard stands in (RFC 2136 §7.17). It has no dynamic records. */
  rrset(name: WireName, type: number): Pick<RRset, 'type' | 'ttl' | 'rdatas'> | undefined;
  /** The types at a name in the zone. */
  types(name: WireName): readonly number[];
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
  const rrset = (name: WireName, type: number): ReturnType<ZoneBase['rrset']> => {
    const node = index.find(name);
    const set = node === NO_NODE ? undefined : index.rrset(node, type);
    if (set === undefined) return undefined;
    const own = (dynamic.get(nameKey(name)) ?? []).filter((one) => one.type === type && !isInFile(one));
    const rdatas = set.rdatas.filter((rdata) => !own.some((one) => isSameData(type, one.rdata, rdata)));
    return rdatas.length === 0 ? undefined : { type, ttl: set.ttl, rdatas };
  };
  return {
    origin,
    rrset,
    types: (name) => {
      const node = index.find(name);
      return node === NO_NODE ? [] : [...index.types(node)].filter((type) => rrset(name, type) !== undefined);
    },
    isHost: (name) => {
      const node = index.find(name);
      return node !== NO_NODE && index.host(node) !== NO_NODE;
    },
  };
}
