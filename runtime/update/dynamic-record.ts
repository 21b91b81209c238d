/**
 * Dynamic records: what clients have added to a zone beside its files, by name. A set never changes; an update makes
 * another.
 */
import { canonicalName, type WireName } from '../wire/name.ts';
import { canonicalRdata } from '../wire/rdata/embedded-names.ts';
import type { ResourceRecord } from '../wire/record.ts';

export interface DynamicRecord extends ResourceRecord {
  /** When it was added, in milliseconds since 1970. */
  readonly since: number;
  /** The key that added it. */
  readonly by: string;
}

/** All dynamic records of a zone, by {@link nameKey}; no list is empty. */
export type DynamicRecords = ReadonlyMap<string, readonly DynamicRecord[]>;

export const NO_RECORDS: DynamicRecords = new Map();

/** Stands for a name, whatever its case. */
export function nameKey(name: WireName): string {
  return Buffer.from(canonicalName(name)).toString('latin1');
}

/** Stands for owner, type and data of a record, and so for the record in its zone (RFC 2136 §1.1.1). */
export function recordKey({ owner, type, rdata }: Omit<ResourceRecord, 'ttl'>): string {
  return `${nameKey(owner)}\n${type}\n${Buffer.from(canonicalRdata(type, rdata)).toString('latin1')}`;
}

export function isSameData(type: number, one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(canonicalRdata(type, one), canonicalRdata(type, other)) === 0;
}

export function* allRecords(records: DynamicRecords): Generator<DynamicRecord> {
  for (const list of records.values()) yield* list;
}

/** How many records there are, and the octets of their owners and data. */
export function sizeOf(records: DynamicRecords): { readonly records: number; readonly octets: number } {
  let [count, octets] = [0, 0];
  for (const { owner, rdata } of allRecords(records)) {
    count += 1;
    octets += owner.length + rdata.length;
  }
  return { records: count, octets };
}

/** What leads from one set to another: records that are new or have another TTL, and records that are gone. */
export function differenceOf(
  before: DynamicRecords,
  after: DynamicRecords,
): { readonly added: readonly DynamicRecord[]; readonly removed: readonly DynamicRecord[] } {
  const added: DynamicRecord[] = [];
  const removed: DynamicRecord[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name) ?? [], after.get(name) ?? []];
    if (old === now) continue;
    const [ofOld, ofNow] = [byKey(old), byKey(now)];
    for (const [key, record] of ofNow) if (ofOld.get(key)?.ttl !== record.ttl) added.push(record);
    for (const [key, record] of ofOld) if (!ofNow.has(key)) removed.push(record);
  }
  return { added, removed };
}

function byKey(records: readonly DynamicRecord[]): ReadonlyMap<string, DynamicRecord> {
  return new Map(records.map((record) => [recordKey(record), record]));
}
