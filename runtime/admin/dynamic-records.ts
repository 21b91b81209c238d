/** Answers `/api/records?zone=example.com`: the dynamic records of a zone, or of all zones, as clients have added them. */
import type { DynamicRecord } from '../update/dynamic-record.ts';
import { recordKey } from '../update/dynamic-record.ts';
import type { Unserved } from '../update/merge.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { rdataToText } from '../wire/rdata/registry.ts';
import { noSuchZone } from './release.ts';
import type { AdminSource } from './source.ts';
import { zoneAsked } from './zone-asked.ts';

export interface ShownRecord {
  readonly zone: string;
  /** With the final dot. */
  readonly name: string;
  readonly type: string;
  /** In seconds, as its client asked for; in a set that a file begins, the TTL of the file is served. */
  readonly ttl: number;
  /** As in a zone file. */
  readonly data: string;
  /** The key that added it. */
  readonly by: string;
  /** ISO 8601: when it was added. */
  readonly since: string;
  /**
   * Why it makes no difference, if it makes none. `in-file`: a file states it as well. `hidden`: files or policy state what
   * it cannot stand beside. `not-served`: the zone is not served with it at the moment.
   */
  readonly unserved?: Unserved | 'not-served';
}

export interface RecordsReply {
  readonly records: readonly ShownRecord[];
}

/** A reply, or an error in words, with its HTTP status. */
export type RecordsResult =
  | { readonly status: 200; readonly body: RecordsReply }
  | { readonly status: 400 | 404; readonly body: { readonly error: string } };

/** Lists the records of a zone; those of all zones if none is named. */
export function listRecords(typed: string | undefined, source: AdminSource): RecordsResult {
  if (typed === undefined) return { status: 200, body: { records: source.dynamicRecords() } };
  const named = zoneAsked(typed);
  if (!named.ok) return { status: 400, body: { error: named.problem } };
  const zone = named.value;
  const records = source.dynamicRecords().filter((record) => record.zone === zone);
  const isServed = source.facts().zones.some((one) => one.zone === zone && one.state !== 'refused-newcomer');
  if (records.length === 0 && !isServed) return { status: 404, body: { error: noSuchZone(zone, source) } };
  return { status: 200, body: { records } };
}

/** Puts a record in words; `unserved` holds the records that make no difference, or is absent if none of the zone does. */
export function shownRecord(
  zone: string,
  record: DynamicRecord,
  unserved: ReadonlyMap<string, Unserved> | undefined,
): ShownRecord {
  const { owner, type, ttl, rdata, by, since } = record;
  const why = unserved === undefined ? 'not-served' : unserved.get(recordKey(record));
  return {
    zone,
    name: nameToText(owner),
    type: typeToText(type),
    ttl,
    data: rdataToText(type, rdata),
    by,
    since: new Date(since).toISOString(),
    ...(why && { unserved: why }),
  };
}
