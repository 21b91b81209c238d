/** Answers `/api/records?zone=example.com`: the dynamic records of a zone, or of all zones, as clients have added them. */
import type { ShownRecord } from './dynamic-records.ts';
import { noSuchZone } from './release.ts';
import type { AdminSource } from './source.ts';
import { zoneAsked } from './zone-asked.ts';

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
