/** The records of an import that stay as they are, as a zone file. */
import { typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText, type WireName } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { ResourceRecord } from '../../wire/record.ts';
import { relativeName } from '../zone-source.ts';

/** A record, and lines of comment that stood before it. */
export interface WrittenRecord extends ResourceRecord {
  readonly comments?: readonly string[];
}

/** A zone file with names relative to the zone, and the TTL that most records have as `$TTL`. */
export function zoneText(zone: WireName, records: readonly WrittenRecord[], origin: string): string {
  const ttl = mostCommon(records.map((record) => record.ttl)) ?? 3600;
  const owners = records.map(({ owner }) => relativeName(owner, zone));
  const width = Math.min(32, Math.max(0, ...owners.map((owner) => owner.length)));
  const lines = records.map((record, index) => {
    const owner = (owners[index] ?? '@').padEnd(width);
    const own = record.ttl === ttl ? '' : `${record.ttl} `;
    const line = `${owner} ${own}${typeToText(record.type)} ${rdataToText(record.type, record.rdata)}\n`;
    return `${(record.comments ?? []).map((comment) => `${comment}\n`).join('')}${line}`;
  });
  return `; Imported from ${origin}\n$ORIGIN ${nameToText(zone)}\n$TTL ${ttl}\n${lines.join('')}`;
}

/** Lines of comment, by the line of the record that they stand before. */
export function commentsBefore(text: string): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  let comments: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*;/.test(line)) {
      comments.push(line.trim());
    } else if (line.trim() !== '') {
      if (comments.length > 0) found.set(index + 1, comments);
      comments = [];
    }
  }
  return found;
}

function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
