/** Zones from zone-file text, and what they have for a question as a line of text. */
import assert from 'node:assert/strict';
import { typeFromText, typeToText } from '../../runtime/wire/iana/rrtype.ts';
import { canonicalName, nameFromText, nameToText, type WireName } from '../../runtime/wire/name.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import type { RRset } from '../../runtime/wire/record.ts';
import { Lookup, lookup } from '../../runtime/zone/lookup.ts';
import { buildZone, type Zone } from '../../runtime/zone/zone.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { must, name } from './wire.ts';

export const ORIGIN: WireName = name('example.com.');

/** SOA and NS, for zones whose test is about something else. */
export const APEX_RECORDS =
  '@ 3600 SOA ns.example.net. host.example.net. 1 7200 900 1209600 300\n@ 3600 NS ns.example.net.\n';

/** A name relative to an origin, `@` being the origin itself. */
export function relativeName(text: string, origin: WireName = ORIGIN): WireName {
  return must(nameFromText(text, origin));
}

/** Builds a zone from zone-file text that must be sound; hosts are relative names. */
export function zoneFromText(
  text: string,
  hosts: readonly string[] = [],
  origin: WireName = ORIGIN,
): Zone<string> {
  const { records, diagnostics } = parseZoneText(text, { origin });
  assert.deepEqual(diagnostics, []);
  return buildZone({
    origin,
    records,
    hosts: hosts.map((host) => relativeName(host, origin)),
    attachment: nameToText(origin),
  });
}

/** An RRset on one line: owner, TTL, type, and the values in order, separated by commas. */
export function rrsetToText({ owner, type, ttl, rdatas }: RRset): string {
  return `${nameToText(owner)} ${ttl} ${typeToText(type)} ${rdatas.map((rdata) => rdataToText(type, rdata)).join(', ')}`;
}

/** Asks `www.example.com. A`: the outcome, `wildcard` if one stood in, and the host, RRset or cut. */
export function ask(zone: Zone<unknown>, question: string, hosts: readonly string[] = []): string {
  const [qname = '', qtype = ''] = question.split(' ');
  const into = new Lookup();
  const wire = canonicalName(relativeName(qname, zone.origin));
  lookup(zone, wire, wire.length, typeFromText(qtype) ?? assert.fail(`No type ${qtype}`), into);
  const words = [into.outcome, into.wildcard && 'wildcard', hosts[into.hostIndex]];
  const set = into.rrset ?? into.cut;
  return [...words.filter(Boolean), ...(set === undefined ? [] : [rrsetToText(set)])].join(' ');
}
