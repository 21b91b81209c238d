/**
 * Puts dynamic records beside those of a zone's files and policy. The files may have changed since the records came: where
 * both contradict each other, the files win, and the dynamic records wait until they do not.
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { namesEqual, parentName, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { nameKey, recordKey } from '../wire/record-key.ts';
import { BESIDE_CNAME, type HostName } from '../zone/check-hosts.ts';
import type { RecordPack } from '../zone/record-pack.ts';
import { isDecidedByHost } from './changeable.ts';
import { isBelowCut } from './cut.ts';

/** Why a dynamic record makes no difference: the files state it as well, or state what it cannot stand beside. */
export type Unserved = 'in-file' | 'hidden';

export interface Merged {
  /** The records to add, with the TTLs that they are served with. */
  readonly served: readonly ResourceRecord[];
  /** By {@link recordKey}. */
  readonly unserved: ReadonlyMap<string, Unserved>;
}

/** `records`: all that the zone has without the dynamic records, SOA and NS included. */
export function mergeDynamic(
  origin: WireName,
  records: RecordPack,
  hosts: readonly HostName[],
  dynamic: readonly ResourceRecord[],
): Merged {
  const stated = statedAt(records, namesAround(origin, dynamic));
  const statedKeys = new Set([...stated.values()].flat().map(recordKey));
  const hostAt = new Map(hosts.map((host) => [nameKey(host.name), host]));
  const typesAt = (name: WireName): number[] => (stated.get(nameKey(name)) ?? []).map(({ type }) => type);
  const served: ResourceRecord[] = [];
  const unserved = new Map<string, Unserved>();
  for (const record of dynamic) {
    const here = stated.get(nameKey(record.owner)) ?? [];
    const set = here.filter(({ type }) => type === record.type);
    const key = recordKey(record);
    if (statedKeys.has(key)) {
      unserved.set(key, 'in-file');
    } else if (
      contradicts(record, here, hostAt.get(nameKey(record.owner))) ||
      isBelowCut(record.owner, origin, typesAt)
    ) {
      unserved.set(key, 'hidden');
    } else {
      const ttl = set.reduce((lowest, one) => Math.min(lowest, one.ttl), set[0]?.ttl ?? record.ttl);
      served.push({ ...record, ttl });
    }
  }
  return { served, unserved };
}

type Stated = ReadonlyMap<string, readonly ResourceRecord[]>;

/** The names of the records, and the names above them in the zone. */
function namesAround(origin: WireName, records: readonly ResourceRecord[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { owner } of records) {
    for (let name: WireName | undefined = owner; name !== undefined; name = parentName(name)) {
      if (names.has(nameKey(name))) break;
      names.add(nameKey(name));
      if (namesEqual(name, origin)) break;
    }
  }
  return names;
}

function statedAt(records: RecordPack, names: ReadonlySet<string>): Stated {
  const stated = new Map<string, ResourceRecord[]>();
  for (let at = 0; at < records.size; at++) {
    const key = nameKey(records.owner(at));
    if (!names.has(key)) continue;
    const list = stated.get(key);
    if (list === undefined) stated.set(key, [records.at(at)]);
    else list.push(records.at(at));
  }
  return stated;
}

/** RFC 2181 §10.1: an alias stands alone; a policy may answer with one, or decides what an alias would take from it. */
function contradicts(
  { type }: ResourceRecord,
  here: readonly ResourceRecord[],
  host: HostName | undefined,
): boolean {
  if (host !== undefined && isDecidedByHost(type)) return true;
  if (BESIDE_CNAME.has(type) && type !== RRTYPE.CNAME) return false;
  if (type === RRTYPE.CNAME) return here.some((one) => one.type === type || !BESIDE_CNAME.has(one.type));
  return host?.isAlias === true || here.some((one) => one.type === RRTYPE.CNAME);
}
