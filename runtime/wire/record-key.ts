/** Keys that stand for names and records, whatever the case of names in them. */
import { octetsKey } from '../base/structures/octets-key.ts';
import { canonicalName, type WireName } from './name.ts';
import { canonicalRdata } from './rdata/embedded-names.ts';
import type { ResourceRecord } from './record.ts';

/** Stands for a name, whatever its case. */
export function nameKey(name: WireName): string {
  return octetsKey(canonicalName(name));
}

/** Stands for the type and data of a record, and so for the record at its name (RFC 2136 §1.1.1). */
export function dataKey(type: number, rdata: Uint8Array): string {
  return `${type}\n${octetsKey(canonicalRdata(type, rdata))}`;
}

/** Stands for owner, type and data of a record, and so for the record in its zone. */
export function recordKey({ owner, type, rdata }: Omit<ResourceRecord, 'ttl'>): string {
  return `${nameKey(owner)}\n${dataKey(type, rdata)}`;
}

/** Stands for a record in presentation form, whatever its TTL; an SOA is known without its data, as its serial may be new. */
export function recordTextKey(record: string): string {
  const [owner = '', , , type = '', ...data] = record.split(' ');
  return [owner.toLowerCase(), type, ...(type === 'SOA' ? [] : data)].join(' ');
}
