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
import { APEX, ZoneIndex } from './zone-index.ts';

export interface ZoneParts<P> {
  readonly origin: WireName;
  /** SOA and NS among them. Duplicates are dropped, and the lowest TTL of a set is that of all of it. */
  readonly records: readonly ResourceRecord[];
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
  const lower = canonicalName(origin);
  const index = new ZoneIndex(lower, records, hosts);
  const soa = index.rrset(APEX, RRTYPE.SOA);
  const ns = index.rrset(APEX, RRTYPE.NS);
  assert(soa !== undefined && ns !== undefined, 'A zone has SOA and NS');
  const minimum = soaFromRdata(soa.rdatas[0] ?? new Uint8Array())?.minimum;
  assert(minimum !== undefined && soa.rdatas.length === 1, 'A zone has one SOA');
  return { origin: lower, attachment, soa, ns, negativeTtl: Math.min(soa.ttl, minimum), index };
}
