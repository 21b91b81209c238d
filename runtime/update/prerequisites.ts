/** Prerequisites of an update: what a client wants to be true before the zone is changed (RFC 2136 §2.4, §3.2). */
import { CLASS } from '../wire/iana/class.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { isDataType, RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import type { ClassedRecord } from '../wire/message.ts';
import { isAtOrBelow, nameToText, type WireName } from '../wire/name.ts';
import { checkRdata } from '../wire/rdata/registry.ts';
import { dataKey, nameKey } from '../wire/record-key.ts';
import type { DynamicRecords } from './dynamic-record.ts';
import type { UpdateRefusal } from './request.ts';
import type { ZoneBase } from './zone-base.ts';

/** The first prerequisite that does not hold, in the order of RFC 2136 §3.2.5; `undefined` if all hold. */
export function unmetPrerequisite(
  base: ZoneBase,
  dynamic: DynamicRecords,
  prerequisites: readonly ClassedRecord[],
): UpdateRefusal | undefined {
  const wanted = new Map<string, { readonly first: ClassedRecord; readonly data: Set<string> }>();
  for (const one of prerequisites) {
    const refusal = judge(one, base, dynamic);
    if (refusal !== undefined) return refusal;
    if (one.class !== CLASS.IN) continue;
    const key = `${nameKey(one.owner)}\n${one.type}`;
    const set = wanted.get(key) ?? { first: one, data: new Set() };
    wanted.set(key, set);
    set.data.add(dataKey(one.type, one.rdata));
  }
  for (const { first, data } of wanted.values()) {
    const there = dataAt(base, dynamic, first);
    // RFC 2136 §2.4.2: the RRset has these records and no others; TTLs do not count.
    if (data.size !== there.size || [...data].some((one) => !there.has(one))) {
      return { rcode: RCODE.NXRRSET, text: `${shown(first)} is not the RRset that the zone has` };
    }
  }
  return undefined;
}

/** The data of an RRset by their keys, the dynamic records among it. */
function dataAt(
  base: ZoneBase,
  dynamic: DynamicRecords,
  { owner, type }: ClassedRecord,
): ReadonlySet<string> {
  const data = new Set(base.rrset(owner, type)?.data);
  for (const one of dynamic.get(nameKey(owner)) ?? []) {
    if (one.type === type) data.add(dataKey(type, one.rdata));
  }
  return data;
}

function exists(base: ZoneBase, dynamic: DynamicRecords, { owner, type }: ClassedRecord): boolean {
  return (
    base.rrset(owner, type) !== undefined ||
    (dynamic.get(nameKey(owner)) ?? []).some((one) => one.type === type)
  );
}

/** RFC 2136 §2.4.4: a name is in use if it has a record; one that only has names below it is not. */
function isInUse(base: ZoneBase, dynamic: DynamicRecords, name: WireName): boolean {
  return dynamic.has(nameKey(name)) || base.isHost(name) || [...base.types(name)].length > 0;
}

function judge(one: ClassedRecord, base: ZoneBase, dynamic: DynamicRecords): UpdateRefusal | undefined {
  const malformed = { rcode: RCODE.FORMERR, text: `The prerequisite ${shown(one)} is malformed` };
  if (one.ttl !== 0) return malformed;
  if (!isAtOrBelow(one.owner, base.origin))
    return { rcode: RCODE.NOTZONE, text: `${shown(one)} is outside the zone` };
  const isAboutName = one.type === RRTYPE.ANY;
  switch (one.class) {
    case CLASS.ANY:
      if (one.rdata.length > 0) return malformed;
      if (isAboutName)
        return isInUse(base, dynamic, one.owner)
          ? undefined
          : { rcode: RCODE.NXDOMAIN, text: `${shown(one)} is not in use` };
      return exists(base, dynamic, one)
        ? undefined
        : { rcode: RCODE.NXRRSET, text: `${shown(one)} does not exist` };
    case CLASS.NONE:
      if (one.rdata.length > 0) return malformed;
      if (isAboutName)
        return isInUse(base, dynamic, one.owner)
          ? { rcode: RCODE.YXDOMAIN, text: `${shown(one)} is in use` }
          : undefined;
      return exists(base, dynamic, one) ? { rcode: RCODE.YXRRSET, text: `${shown(one)} exists` } : undefined;
    case CLASS.IN:
      // RFC 2136 §3.2.5 excludes no type here. No RRset has type ANY or AXFR, so what asks for one is not met.
      return isDataType(one.type) && checkRdata(one.type, one.rdata) !== undefined ? malformed : undefined;
    default:
      return malformed;
  }
}

function shown({ owner, type }: ClassedRecord): string {
  return `${nameToText(owner)} ${type === RRTYPE.ANY ? 'ANY' : typeToText(type)}`;
}
