/** Records as external-dns writes them: an endpoint is an RRset, its targets are the data in words. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../base/result.ts';
import type { DynamicRecord } from '../../update/dynamic-record.ts';
import { CLASS } from '../../wire/iana/class.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import type { ClassedRecord } from '../../wire/message.ts';
import { nameFromText, nameToText, ROOT } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import { MAX_TTL } from '../../wire/ttl.ts';
import { readEntries } from '../../zone/lexer.ts';
import { readBody } from '../../zone/record-line.ts';

/** Other fields are for other providers, and go back as they came. */
const endpoint = z.looseObject({
  dnsName: z.string(),
  targets: z.array(z.string()).nullish(),
  recordType: z.string(),
  recordTTL: z.number().nullish(),
});
export const endpoints = z.array(endpoint);
const some = endpoints.nullish().transform((list) => list ?? []);
/** Old versions write the names of these fields with a capital. */
export const endpointChanges = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value).map(([key, part]) => [key.slice(0, 1).toLowerCase() + key.slice(1), part]),
        )
      : value,
  z.object({ create: some, updateOld: some, updateNew: some, delete: some }),
);
export type DnsEndpoint = z.output<typeof endpoint>;

/** Seconds for endpoints that say none. */
const USUAL_TTL = 300;

/** The records of an endpoint as updates that add or remove them. */
export function updatesOf(
  { dnsName, targets, recordType, recordTTL }: DnsEndpoint,
  what: 'add' | 'remove',
): Result<ClassedRecord[]> {
  const owner = nameFromText(dnsName);
  if (!owner.ok) return owner;
  const updates: ClassedRecord[] = [];
  for (const target of targets ?? []) {
    const entries = [...readEntries(`@ ${recordType} ${target}`)];
    const [entry] = entries;
    const read = entry?.ok && entries.length === 1 ? readBody(entry.value, ROOT) : undefined;
    if (read?.ok !== true) return fail(`Target ${JSON.stringify(target)} is no data of type ${recordType}`);
    const { type, rdata } = read.value;
    const ttl = Math.min(MAX_TTL, Math.max(0, Math.trunc(recordTTL || USUAL_TTL)));
    updates.push(
      what === 'add'
        ? { owner: owner.value, type, class: CLASS.IN, ttl, rdata }
        : { owner: owner.value, type, class: CLASS.NONE, ttl: 0, rdata },
    );
  }
  return ok(updates);
}

/** Records as endpoints: one for each name and type. */
export function endpointsOf(records: readonly DynamicRecord[]): DnsEndpoint[] {
  const sets = new Map<string, DnsEndpoint & { targets: string[] }>();
  for (const { owner, type, ttl, rdata } of records) {
    const [dnsName, recordType] = [nameToText(owner).slice(0, -1), typeToText(type)];
    const key = `${dnsName.toLowerCase()} ${recordType}`;
    const set = sets.get(key) ?? { dnsName, recordType, recordTTL: ttl, targets: [] };
    set.targets.push(rdataToText(type, rdata).replace(/(?<=[^.\s"])\.$/, ''));
    sets.set(key, set);
  }
  return [...sets.values()];
}
