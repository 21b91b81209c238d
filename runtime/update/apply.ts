/**
 * An update as a pure function: from what a zone has and what a client asks for to the next dynamic records, all of them
 * or none. RFC 2136 §3.2 (prerequisites), §3.3 (permissions), §3.4 (updates).
 *
 * The files of a zone have the last word. An update adds records beside theirs and removes such records; what a file
 * states only the file can remove, and an update that wants that is refused.
 */
import { fail, ok, type Result } from '../base/result.ts';
import { CLASS } from '../wire/iana/class.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { isDataType, RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import type { ClassedRecord } from '../wire/message.ts';
import { isAtOrBelow, namesEqual, nameToText, type WireName } from '../wire/name.ts';
import { checkRdata } from '../wire/rdata/registry.ts';
import { dataKey, nameKey } from '../wire/record-key.ts';
import { MAX_TTL } from '../wire/ttl.ts';
import { BESIDE_CNAME } from '../zone/check-hosts.ts';
import { isChangeable, isDecidedByHost } from './changeable.ts';
import { isBelowCut } from './cut.ts';
import type { DynamicRecords } from './dynamic-record.ts';
import { unmetPrerequisite } from './prerequisites.ts';
import { RecordsDraft } from './records-at.ts';
import type { UpdateRefusal, UpdateRequest } from './request.ts';
import type { ZoneBase } from './zone-base.ts';

export interface Author {
  /** The key that signed the request. */
  readonly key: string;
  /** Whether the key may change records of a type at a name. */
  readonly may: (name: WireName, type: number) => boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Carries out an update. Returns the same records where nothing changes. */
export function applyUpdate(
  base: ZoneBase,
  dynamic: DynamicRecords,
  { prerequisites, updates }: Pick<UpdateRequest, 'prerequisites' | 'updates'>,
  author: Author,
): Result<DynamicRecords, UpdateRefusal> {
  const unmet = unmetPrerequisite(base, dynamic, prerequisites);
  if (unmet !== undefined) return fail(unmet);
  const refusal =
    firstOf(updates, (one) => forbidden(one, base, dynamic, author)) ??
    firstOf(updates, (one) => malformed(one, base));
  if (refusal !== undefined) return fail(refusal);
  const draft = new RecordsDraft(dynamic);
  for (const one of updates) {
    const failure = carryOut(one, base, draft, author);
    if (failure !== undefined) return fail(failure);
  }
  return ok(draft.records());
}

function firstOf(
  updates: readonly ClassedRecord[],
  judge: (one: ClassedRecord) => UpdateRefusal | undefined,
): UpdateRefusal | undefined {
  for (const one of updates) {
    const refusal = judge(one);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** RFC 2136 §3.3: whether the author may ask for this. A name outside the zone is for the next look. */
function forbidden(
  { owner, type, class: itsClass }: ClassedRecord,
  base: ZoneBase,
  dynamic: DynamicRecords,
  { may, key }: Author,
): UpdateRefusal | undefined {
  if (!isAtOrBelow(owner, base.origin)) return undefined;
  const isAll = itsClass === CLASS.ANY && type === RRTYPE.ANY;
  const types = isAll ? [...new Set((dynamic.get(nameKey(owner)) ?? []).map((one) => one.type))] : [type];
  if (!isAll && !isDataType(type)) return undefined;
  const denied = types.find((one) => !isChangeable(one) || !may(owner, one));
  if (denied === undefined) return undefined;
  const what = `${nameToText(owner)} ${typeToText(denied)}`;
  const text = isChangeable(denied) ? `Key ${key} may not change ${what}` : `No update may change ${what}`;
  return { rcode: RCODE.REFUSED, text };
}

/** RFC 2136 §3.4.1: all updates are looked at before any is carried out. */
function malformed(
  { owner, type, class: itsClass, ttl, rdata }: ClassedRecord,
  base: ZoneBase,
): UpdateRefusal | undefined {
  const text = `The update of ${nameToText(owner)} is malformed`;
  if (!isAtOrBelow(owner, base.origin))
    return { rcode: RCODE.NOTZONE, text: `${nameToText(owner)} is outside the zone` };
  const isAny = type === RRTYPE.ANY;
  const isSound = (): boolean => isDataType(type) && checkRdata(type, rdata) === undefined;
  switch (itsClass) {
    case CLASS.IN:
      return isSound() ? undefined : { rcode: RCODE.FORMERR, text };
    case CLASS.ANY:
      return ttl === 0 && rdata.length === 0 && (isAny || isDataType(type))
        ? undefined
        : { rcode: RCODE.FORMERR, text };
    case CLASS.NONE:
      return ttl === 0 && isSound() ? undefined : { rcode: RCODE.FORMERR, text };
    default:
      return { rcode: RCODE.FORMERR, text };
  }
}

function carryOut(
  one: ClassedRecord,
  base: ZoneBase,
  draft: RecordsDraft,
  author: Author,
): UpdateRefusal | undefined {
  switch (one.class) {
    case CLASS.IN:
      return add(one, base, draft, author);
    case CLASS.ANY:
      return removeSets(one, base, draft);
    default:
      return removeOne(one, base, draft);
  }
}

/** RFC 2136 §3.4.2.2: adds a record, or gives it another TTL. */
function add(
  one: ClassedRecord,
  base: ZoneBase,
  draft: RecordsDraft,
  author: Author,
): UpdateRefusal | undefined {
  const { owner, type, rdata } = one;
  const here = draft.at(nameKey(owner));
  const ofBase = base.rrset(owner, type);
  if (ofBase?.data.has(dataKey(type, rdata))) return undefined;
  if (isBelowCut(owner, base.origin, (name) => base.types(name))) {
    const text = `${nameToText(owner)} is below a delegation or a DNAME of the zone, which cannot answer for it`;
    return { rcode: RCODE.REFUSED, text };
  }
  if (base.isHost(owner) && isDecidedByHost(type)) return stated(one, 'The policy of the zone decides');
  const isApex = namesEqual(owner, base.origin);
  const others = [...base.types(owner), ...here.types].filter((other) => other !== type);
  // RFC 2136 §3.4.2.2: an alias beside other records, and other records beside an alias, are ignored.
  if (type === RRTYPE.CNAME) {
    if (isApex || others.some((other) => !BESIDE_CNAME.has(other))) return undefined;
    if (ofBase !== undefined) return stated(one, 'The file of the zone states');
  } else if (others.includes(RRTYPE.CNAME) && !BESIDE_CNAME.has(type)) return undefined;
  // RFC 2181 §5.2: one TTL for all records of a set; a set that the file begins has the TTL of the file.
  const ttl = ofBase?.ttl ?? Math.min(one.ttl, MAX_TTL);
  // RFC 2136 §3.4.2.2: an alias takes the place of another.
  if (type === RRTYPE.CNAME && !here.has(type, rdata)) here.removeSets((other) => other === type);
  here.put({ owner, type, ttl, rdata, since: author.now, by: author.key });
  return undefined;
}

/** RFC 2136 §3.4.2.3: removes an RRset, or all at a name; SOA and NS of the zone itself always stay. */
function removeSets(one: ClassedRecord, base: ZoneBase, draft: RecordsDraft): UpdateRefusal | undefined {
  const { owner, type } = one;
  const isApex = namesEqual(owner, base.origin);
  const isMeant = (other: number): boolean =>
    (type === RRTYPE.ANY || other === type) && !(isApex && !isChangeable(other));
  if ([...base.types(owner)].some((other) => isMeant(other) && isChangeable(other))) {
    return stated(one, 'The file of the zone states');
  }
  draft.at(nameKey(owner)).removeSets(isMeant);
  return undefined;
}

/** RFC 2136 §3.4.2.4: removes one record, if it is there. */
function removeOne(one: ClassedRecord, base: ZoneBase, draft: RecordsDraft): UpdateRefusal | undefined {
  const { owner, type, rdata } = one;
  if (base.rrset(owner, type)?.data.has(dataKey(type, rdata))) {
    return stated(one, 'The file of the zone states');
  }
  draft.at(nameKey(owner)).remove(type, rdata);
  return undefined;
}

function stated({ owner, type }: ClassedRecord, who: string): UpdateRefusal {
  const what = type === RRTYPE.ANY ? nameToText(owner) : `${nameToText(owner)} ${typeToText(type)}`;
  return { rcode: RCODE.REFUSED, text: `${who} ${what}, which no update can change` };
}
