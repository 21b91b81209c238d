/** A small zone for updates, its records, and updates as a client writes them. */
import assert from 'node:assert/strict';
import { type Author, applyUpdate } from '../../runtime/update/apply.ts';
import { allRecords, type DynamicRecords } from '../../runtime/update/dynamic-record.ts';
import type { UpdateRequest } from '../../runtime/update/request.ts';
import { baseOf, type ZoneBase } from '../../runtime/update/zone-base.ts';
import { CLASS } from '../../runtime/wire/iana/class.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE, typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import type { ClassedRecord } from '../../runtime/wire/message.ts';
import { nameFromText, type WireName } from '../../runtime/wire/name.ts';
import { rdataFromText } from '../../runtime/wire/rdata/registry.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { buildZone } from '../../runtime/zone/zone.ts';

export const ORIGIN = name('zone.example.');

const FILE = [
  'zone.example. 3600 IN SOA ns1 host 7 3600 600 86400 30',
  'zone.example. 3600 IN NS ns1',
  'zone.example. 60 IN A 192.0.2.10',
  'ns1 3600 IN A 192.0.2.1',
  'alias 60 IN CNAME ns1',
  'stated 60 IN TXT "file"',
  'deep.below 60 IN A 192.0.2.3',
  'cut 60 IN NS ns.elsewhere.example.',
  'moved 60 IN DNAME ns.elsewhere.example.',
];

/** What the file of the zone states; its policy decides "decided". */
export const BASE: ZoneBase = baseOf(
  buildZone({
    origin: ORIGIN,
    records: FILE.map((line) => record(line)),
    hosts: [name('decided')],
    attachment: undefined,
  }),
  new Map(),
  () => false,
);

/** A name of this zone, or of another. */
export function name(text: string, origin: WireName = sampleOrigin()): WireName {
  const read = nameFromText(text, origin);
  assert(read.ok);
  return read.value;
}

function sampleOrigin(): WireName {
  const read = nameFromText('zone.example.');
  assert(read.ok);
  return read.value;
}

/** `www 60 IN A 192.0.2.1`; class ANY and NONE too, and no data where a set is meant. */
export function record(line: string, origin: WireName = sampleOrigin()): ClassedRecord {
  const [owner = '', ttl = '', classText = '', typeText = '', ...words] = line.split(' ');
  const type = typeText === 'ANY' ? RRTYPE.ANY : (typeFromText(typeText) ?? 0);
  const fields = words.map((word) => ({ text: word.replaceAll('"', ''), quoted: word.startsWith('"') }));
  const rdata = words.length === 0 ? undefined : rdataFromText(type, fields, origin);
  assert(rdata?.ok !== false, line);
  const octets = rdata?.value ?? new Uint8Array();
  const itsClass = { IN: CLASS.IN, ANY: CLASS.ANY, NONE: CLASS.NONE, CH: CLASS.CH }[classText] ?? 0;
  return {
    owner: owner === '@' ? origin : name(owner, origin),
    type,
    class: itsClass,
    ttl: Number(ttl),
    rdata: octets,
  };
}

export function request(updates: readonly string[], prerequisites: readonly string[] = []): UpdateRequest {
  const read = (lines: readonly string[]): ClassedRecord[] => lines.map((line) => record(line));
  return { zone: ORIGIN, updates: read(updates), prerequisites: read(prerequisites) };
}

export const ANYBODY: Author = { key: 'key.example', may: () => true, now: 1_700_000_000_000 };

/** The outcome of an update: the records of the zone beside its file, or a response code. */
export function outcome(
  before: DynamicRecords,
  updates: readonly string[],
  prerequisites: readonly string[] = [],
  author: Author = ANYBODY,
): string[] | string {
  const applied = applyUpdate(BASE, before, request(updates, prerequisites), author);
  return applied.ok ? texts(applied.value) : rcodeToText(applied.problem.rcode);
}

/** The records after updates that succeed. */
export function after(...updates: readonly string[]): DynamicRecords {
  const applied = applyUpdate(BASE, new Map(), request(updates), ANYBODY);
  assert(applied.ok, 'the update succeeds');
  return applied.value;
}

export function texts(records: DynamicRecords): string[] {
  return [...allRecords(records)].map(recordToText).sort();
}
