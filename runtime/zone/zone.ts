/**
 * One zone as answer processes serve it: its records and the names a policy decides. A zone never
 * changes; a new zone replaces it as a whole.
 *
 * Its records have passed check.ts; records with an error are a bug here.
 */
import { assert } from '../base/assert.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { canonicalName, type WireName } from '../wire/name.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import type { ResourceRecord, RRset } from '../wire/record.ts';
import { RecordPack } from './record-pack.ts';
import { draftZone } from './zone-draft.ts';
import type { ZoneTables } from './zone-image.ts';
import { APEX, ZoneIndex } from './zone-index.ts';

export interface ZoneParts<P> {
  readonly origin: WireName;
  /** Records, SOA and NS included. Duplicates are dropped, and all records of a set get its lowest TTL. */
  readonly records: Iterable<ResourceRecord>;
  /** Names that a policy decides, wildcards too. `Lookup.hostIndex` is an index into this list. */
  readonly hosts: readonly WireName[];
  /** Whether the zone is to deny as signed zones do; by default it is not. */
  readonly isSigned?: boolean;
  /** Data that the serving code attaches to the zone. */
  readonly attachment: P;
}

export interface Zone<P> {
  /** In lower case. */
  readonly origin: WireName;
  readonly attachment: P;
  readonly soa: RRset;
  readonly ns: RRset;
  /** The TTL of the SOA in negative answers (RFC 2308 §3): the lower of its TTL and its minimum. */
  readonly negativeTtl: number;
  /** For lookup.ts. */
  readonly index: ZoneIndex;
}

/** Builds a zone from records and hosts. */
export function buildZone<P>({ origin, records, hosts, isSigned, attachment }: ZoneParts<P>): Zone<P> {
  const draft = draftZone(origin, RecordPack.of(records), hosts, { isSigned: isSigned ?? false });
  assert(draft.outside.length === 0, 'All names are in the zone');
  return openZone(draft.origin, draft.tables, attachment);
}

/** A zone with the records of another, for a name whose own are not known. */
export function zoneLike<P>(
  { soa, ns, negativeTtl, index }: Zone<unknown>,
  origin: WireName,
  attachment: P,
): Zone<P> {
  return { origin: canonicalName(origin), attachment, soa, ns, negativeTtl, index };
}

/** Opens a zone from its finished tables. */
export function openZone<P>(origin: WireName, tables: ZoneTables, attachment: P): Zone<P> {
  const lower = canonicalName(origin);
  const index = new ZoneIndex(lower, tables);
  const soa = index.rrset(APEX, RRTYPE.SOA);
  const ns = index.rrset(APEX, RRTYPE.NS);
  assert(soa !== undefined && ns !== undefined, 'A zone has SOA and NS');
  const minimum = soaFromRdata(soa.rdatas[0] ?? new Uint8Array())?.minimum;
  assert(minimum !== undefined && soa.rdatas.length === 1, 'A zone has one SOA');
  return { origin: lower, attachment, soa, ns, negativeTtl: Math.min(soa.ttl, minimum), index };
}
