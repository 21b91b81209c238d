/** How a dynamic record, which a client has added, is shown to operators. */
import { type DynamicRecord, recordKey } from '../update/dynamic-record.ts';
import type { Unserved } from '../update/merge.ts';
import { typeToText } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { rdataToText } from '../wire/rdata/registry.ts';

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
