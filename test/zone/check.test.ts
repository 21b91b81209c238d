import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { checkZone } from '../../runtime/zone/check.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { name } from '../support/wire.ts';
import { ORIGIN, relativeName } from '../support/zone.ts';

/** Severity, line and message of everything wrong with a zone, in order of lines. */
function problems(text: string, hosts: readonly string[]): string[] {
  const { records, diagnostics } = parseZoneText(`$TTL 60\n${text}`, { origin: ORIGIN });
  assert.deepEqual(diagnostics, []);
  return checkZone(
    ORIGIN,
    records,
    hosts.map((host) => relativeName(host)),
  )
    .map(({ severity, line = 1, message }: Diagnostic) => `${severity} ${line - 1}: ${message}`)
    .sort();
}

type Case = readonly [claim: string, zone: string, problems: readonly RegExp[], hosts?: readonly string[]];

const CASES: readonly Case[] = [
  [
    'A sound zone has nothing wrong',
    '@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nw CNAME ns',
    [],
    ['@', '*', 'x'],
  ],
  ['SOA and NS may be missing', 'a A 192.0.2.1', []],
  ['No zone is a zone too', '', []],
  [
    'There is one SOA',
    '@ SOA ns h 1 2 3 4 5\n@ SOA ns h 2 2 3 4 5',
    [/^error 2: There is another SOA at example\.com\./],
  ],
  ['The SOA is at the apex', 'a SOA ns h 1 2 3 4 5', [/^error 1: SOA at a\.example\.com\./]],
  [
    'Names are in the zone',
    'a.example.net. A 192.0.2.1\nexample.com.x. A 192.0.2.1',
    [/^error 1: Name a\.example\.net\. is outside/, /^error 2/],
  ],
  ['A zone that ends alike is another', 'notexample.com. A 192.0.2.1', [/^error 1: .*outside/]],
  ['Names are in the zone whatever their case', 'a.EXAMPLE.com. A 192.0.2.1', []],
  ['A CNAME stands alone', 'a CNAME b\nA TXT x', [/^error 1: CNAME at a\.example\.com\. beside TXT/]],
  ['A name is one alias', 'a CNAME b\na CNAME c', [/^error 2: There is another CNAME at a/]],
  ['A CNAME is not at the apex', '@ CNAME b', [/^error 1: CNAME at example\.com\./]],
  [
    'A CNAME is not at a policy host',
    'a CNAME b',
    [/^error 1: CNAME at a\.example\.com\., which a policy decides/],
    ['A'],
  ],
  ['A wildcard CNAME beside other hosts is fine', '*.b CNAME b', [], ['*', 'b', 'x.b']],
  ['Static records beside a policy host are fine', 'a TXT x', [], ['a']],
  [
    'A record twice is told',
    'a A 192.0.2.1\nA A 192.0.2.1',
    [/^warning 2: A record of A\.example\.com\. is there twice/],
  ],
  ['A CNAME twice is told once', 'a CNAME b\na CNAME b', [/^warning 2: CNAME record of a.*twice/]],
  [
    'TTLs of a set that differ are told once',
    'a A 192.0.2.1\na 5 A 192.0.2.2\na 6 A 192.0.2.3',
    [/^warning 2: TTLs of the A records of a.* differ/],
  ],
  ['TTLs of different sets may differ', 'a A 192.0.2.1\na 5 TXT x', []],
  [
    'A name server in the zone has an address',
    '@ NS a\n@ NS b\nb AAAA 2001:db8::1',
    [/^warning 1: Name server a\.example\.com\. has no address/],
  ],
  ['A name server elsewhere need not', '@ NS a.example.net.', []],
  ['A policy or a wildcard may give the address', '@ NS a\n@ NS b.x', [], ['a', '*.x']],
  [
    'A name server is no alias',
    '@ NS a\na CNAME b.example.net.',
    [/^warning 1: Name server a\.example\.com\. is an alias/],
  ],
  ['Glue is an address', 'a NS ns.a\nns.a A 192.0.2.1', []],
  ['Missing glue is told', 'a NS ns.a', [/^warning 1: Name server ns\.a\.example\.com\. has no address/]],
  ['A name server below another delegation needs no glue', 'a NS ns.b\nb NS ns.example.net.', []],
  ['A wildcard delegates nothing', '*.a NS ns.example.net.', [/^error 1: NS at the wildcard \*\.a/]],
  [
    'What a delegation hides is told',
    'a NS n.\na TXT x\nb.a A 192.0.2.1\nc.a TXT x\nd.c.a NS n.',
    [
      /^warning 2: TXT at a\./,
      /^warning 4: TXT at c\.a\./,
      /^warning 5: NS at d\.c\.a\..*: a\.example\.com\. is delegated/,
    ],
  ],
  ['The DS of a delegation is not hidden', 'a NS n.\na DS 1 2 200 03', []],
  [
    'A policy host is not at or below a delegation',
    'a NS n.',
    [/^error 1: Policy host a\./, /^error 1: Policy host x\.a\./],
    ['a', 'x.a', 'b'],
  ],
];

for (const [claim, zone, expected, hosts = []] of CASES) {
  test(claim, () => {
    const found = problems(zone, hosts);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, problem] of expected.entries()) assert.match(found[at] ?? '', problem);
  });
}

test('DNAME is refused wherever it comes from', () => {
  const record = { owner: name('a.example.com.'), type: RRTYPE.DNAME, ttl: 1, rdata: name('b.') };
  const [problem] = checkZone(ORIGIN, [record], []);
  assert.deepEqual([problem?.severity, problem?.message], ['error', 'DNAME is not supported']);
});

test('Every problem says what to do and, if known, where', () => {
  const { records } = parseZoneText('a 1 CNAME b\n a 1 TXT x', { origin: ORIGIN, file: 'f' });
  const found = checkZone(
    ORIGIN,
    [...records, ...parseZoneText('a 1 TXT x', { origin: ORIGIN }).records],
    [],
  );
  assert.ok(
    found.length > 0 && found.every(({ remedy, code }) => remedy !== undefined && code === 'ZONE_FILE'),
  );
  assert.deepEqual(
    [found[0]?.file, found[0]?.line, found[0]?.column, found[0]?.source],
    ['f', 1, 1, 'a 1 CNAME b'],
  );
});
