/**
 * One zone as it is served: its records and the names a policy decides, immutable. A change makes
 * a new zone, put in the old one's place as a whole.
 *
 * It is built from records check.ts has nothing against; whatever else it is given is a bug.
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
  /** SOA and NS among them. Duplicates are dropped, and the lowest TTL of a set is that of all of it. */
  readonly records: Iterable<ResourceRecord>;
  /** Names that a policy decides, wildcards too. `Lookup.hostIndex` is an index in this list. */
  readonly hosts: readonly WireName[];
  /** Whatever the one who serves the zone wants to find with it. */
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

/** Puts a zone together. */
export function buildZone<P>({ origin, records, hosts, attachment }: ZoneParts<P>): Zone<P> {
  const draft = draftZone(origin, RecordPack.of(records), hosts);
  assert(draft.outside.length === 0, 'All names are in the zone');
  return openZone(draft.origin, draft.tables, attachment);
}

/** A zone of tables that were made for it. */
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
