/** RRsets that two versions of a zone do not have in common. */
import { typeToText } from '../../wire/iana/rrtype.ts';
import { nameToText } from '../../wire/name.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { ResourceRecord } from '../../wire/record.ts';

/** `before` and `after` are lines of TTL and data; empty where there is no such RRset. */
export interface RecordChange {
  /** `mail.example.com` */
  readonly name: string;
  readonly type: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** In the order of names; the order of records within an RRset makes no difference (RFC 2181 §5). */
export function recordChanges(
  before: Iterable<ResourceRecord>,
  after: Iterable<ResourceRecord>,
): RecordChange[] {
  const [old, now] = [setsIn(before), setsIn(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [one = [], other = []] = [old.get(key), now.get(key)];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    const [name = '', type = ''] = key.split(' ');
    return [{ name, type, before: one, after: other }];
  });
}

/** `name type` → lines, sorted. */
function setsIn(records: Iterable<ResourceRecord>): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const { owner, type, ttl, rdata } of records) {
    const key = `${nameToText(owner).toLowerCase().slice(0, -1)} ${typeToText(type)}`;
    const lines = sets.get(key) ?? [];
    lines.push(`${ttl} ${rdataToText(type, rdata)}`);
    sets.set(key, lines);
  }
  for (const lines of sets.values()) lines.sort();
  return sets;
}
