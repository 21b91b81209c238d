import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { checkZone } from '../../runtime/zone/check.ts';
import type { CheckedHost } from '../../runtime/zone/check-hosts.ts';
import type { Fault } from '../../runtime/zone/place.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { ORIGIN, relativeName } from '../support/zone.ts';

/** Severity, line and message of everything wrong with a zone, in order of lines. `a CNAME` is a host that is an alias. */
function problems(text: string, hosts: readonly string[]): string[] {
  const { records, diagnostics } = parseZoneText(`$TTL 60\n${text}`, { origin: ORIGIN });
  assert.deepEqual(diagnostics, []);
  return checkZone(
    ORIGIN,
    records,
    hosts.map((host): CheckedHost => {
      const [text = '', alias] = host.split(' ');
      const diagnose = (fault: Fault): Diagnostic => ({
        code: 'POLICY_MANIFEST',
        severity: 'error',
        ...fault,
      });
      return { name: relativeName(text), isAlias: alias !== undefined, diagnose };
    }),
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
  ['A CNAME stands alone', 'a CNAME b.net.\nA TXT x', [/^error 1: CNAME at a\.example\.com\. beside TXT/]],
  ['A name is one alias', 'a CNAME b.net.\na CNAME c.net.', [/^error 2: There is another CNAME at a/]],
  ['A CNAME is not at the apex', '@ CNAME b.net.', [/^error 1: CNAME at example\.com\./]],
  [
    'A CNAME is not at a policy host',
    'a CNAME b.net.',
    [/^error 1: CNAME at a\.example\.com\., which a policy decides/],
    ['A'],
  ],
  [
    'An alias points to a name that is there',
    'a CNAME b\nc CNAME ns.a\nd CNAME e\ne TXT x\nf CNAME x.w\n*.w A 192.0.2.1\ng CNAME h\ni CNAME b.example.net.',
    [
      /^warning 1: CNAME at a\..* points to b\.example\.com\., which is not there/,
      /^warning 2: CNAME at c\..* points to ns\.a\.example\.com\., which is not there/,
    ],
    ['h'],
  ],
  [
    'A name that only holds others is no target',
    'a CNAME b\nx.b A 192.0.2.1',
    [/^warning 1: CNAME at a\..*b\.example\.com\., which is not there/],
  ],
  [
    'PTR and its like point to names that are there, and a DNAME to a name that is meant',
    'a PTR b.example.com\nc DNAME d.example.com\ne KX 1 f\ng LP 1 h\ni DNAME j\n_http._tcp PTR Our\\032Printer._http._tcp\nOur\\032Printer._http._tcp TXT x\nl PTR m.example.net.',
    [
      /^warning 1: PTR at a\..* points to b\.example\.com\.example\.com\., which is not there/,
      /^warning 2: DNAME at c\..* points to d\.example\.com\.example\.com\., which is not there/,
      /^warning 3: KX at e\..*f\.example\.com\., which is not there/,
      /^warning 4: LP at g\..*h\.example\.com\., which is not there/,
    ],
  ],
  [
    'Texts of which a name has one are there once, and whole',
    '@ TXT "v=spf1 -all"\n@ TXT "v=spf1 a -all"\n@ TXT "v=spf10" other\n_dmarc TXT v=DMARC1; p=none\nk._domainkey TXT "v=DKIM1; p="\nx TXT v=spf1\ny TXT "v=DMARC1" ";p=none"',
    [
      /^warning 2: TXT at example\.com\. has two texts that begin with v=spf1, so that neither counts/,
      /^warning 4: TXT at _dmarc\..* ends behind v=DMARC1, for a semicolon without quotes begins a comment/,
    ],
  ],
  [
    'A target that other servers know is left to them',
    'a CNAME x.sub\nm MX 10 y.sub\nsub NS n.example.net.\np CNAME q.old\nold DNAME new.example.net.',
    [],
  ],
  ['No target at all is meant', '@ MX 0 .\n_s._tcp SRV 0 0 0 .\n@ HTTPS 1 . alpn=h2\n@ A 192.0.2.1', []],
  [
    'The targets of MX and SRV have addresses and are no alias',
    'b A 192.0.2.1\nc CNAME b\nd TXT x\nm MX 1 b\nm MX 2 c\nm MX 3 d\nm MX 4 e\nn MX 5 h\n_s._tcp SRV 0 0 1 c\no MX 1 f.g\ng DNAME b',
    [
      /^warning 10: MX at o\..* points to f\.g\..*, which is an alias/,
      /^warning 5: MX at m\..* points to c\..*, which is an alias/,
      /^warning 6: MX at m\..* points to d\..*, which has no address/,
      /^warning 7: MX at m\..* points to e\..*, which is not there/,
      /^warning 9: SRV at _s\._tcp\..* points to c\..*, which is an alias/,
    ],
    ['h'],
  ],
  [
    'A name is no address',
    '@ NS 192.0.2.1\n@ NS 192.0.2.2.\na CNAME 192.0.2.3\nb MX 1 2001:db8::1\n_s._tcp SRV 0 0 1 192.0.2.4.\nc HTTPS 1 192.0.2.5 alpn=h2',
    [
      /^warning 1: NS at .* an address, 192\.0\.2\.1,/,
      /^warning 2: NS at .* an address, 192\.0\.2\.2,/,
      /^warning 3: CNAME at .* an address, 192\.0\.2\.3,/,
      /^warning 4: MX at .* an address, 2001:db8::1,/,
      /^warning 5: SRV at .* an address, 192\.0\.2\.4,/,
      /^warning 6: HTTPS at .* an address, 192\.0\.2\.5,/,
    ],
  ],
  [
    'The name of the zone is in a name once',
    'www.EXAMPLE.com A 192.0.2.1\nwww.example.com TXT x\na NS ns.example.com\nexample.com.b A 192.0.2.1',
    [
      /^warning 1: Name www\.(example|EXAMPLE)\.com\.example\.com\. ends in the zone's name twice/,
      /^warning 3: Name server ns\.example\.com\.example\.com\. has no address/,
    ],
  ],
  [
    'A mailbox has no @',
    '@ SOA ns.example.net. admin@example.net. 1 2 3 4 5\na RP me@example.net. .\nb RP me.example.net. .',
    [/^warning 1: Mailbox in the SOA of .* has an @: admin\\@/, /^warning 2: Mailbox in the RP of a\./],
  ],
  [
    'Aliases come to an end',
    'a CNAME a\nb CNAME c\nc CNAME b\nd CNAME b\ne CNAME f\nf CNAME g\ng A 192.0.2.1',
    [
      /^warning 1: CNAME at a\..* and from there to itself/,
      /^warning 2: CNAME at b\..* and from there to itself/,
      /^warning 3: CNAME at c\..* and from there to itself/,
      /^warning 4: CNAME at d\..* and from there to itself/,
    ],
  ],
  ['A wildcard CNAME beside other hosts is fine', '*.b CNAME b', [], ['*', 'b', 'x.b']],
  ['Static records beside a policy host are fine', 'a TXT x', [], ['a']],
  [
    'What no message can hold is told',
    Array.from({ length: 260 }, (_, at) => `a TXT "${at}${'x'.repeat(250)}"`).join('\n'),
    [/^warning 1: TXT at a\.example\.com\. is never served: its records take \d+ octets/],
  ],
  [
    'So is a name of more types than there are',
    Array.from({ length: 129 }, (_, at) => `a TYPE${1000 + at} \\# 1 00`).join('\n'),
    [/^error 1: a\.example\.com\. has records of 129 types/],
  ],
  [
    'A hundred types are fine',
    Array.from({ length: 128 }, (_, at) => `a TYPE${1000 + at} \\# 1 00`).join('\n'),
    [],
  ],
  [
    'A record twice is told',
    'a A 192.0.2.1\nA A 192.0.2.1',
    [/^warning 2: A record of A\.example\.com\. is there twice/],
  ],
  ['A CNAME twice is told once', 'a CNAME b.net.\na CNAME b.net.', [/^warning 2: CNAME record of a.*twice/]],
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
  [
    'The DS of a zone is in its parent',
    '@ DS 1 13 200 00\na NS n.\na DS 1 13 200 00',
    [/^error 1: DS at example\.com\. is nothing that the zone itself has/],
  ],
  ['The DS of a delegation is not hidden', 'a NS n.\na DS 1 2 200 03', []],
  [
    'A policy host is not at or below a delegation',
    'a NS n.',
    [/^error 0: Policy host a\..*: a\.example\.com\. is delegated/, /^error 0: Policy host x\.a\./],
    ['a', 'x.a', 'b'],
  ],
  ['A DNAME stands beside others, at the apex too', '@ NS n.\n@ DNAME b.\n@ TXT x', [], ['@']],
  ['A name has one DNAME', 'a DNAME b\na DNAME c', [/^error 2: There is another DNAME at a/]],
  ['A DNAME is not beside a CNAME', 'a DNAME b\na CNAME b.net.', [/^error 2: CNAME at a\..* beside DNAME/]],
  [
    'Nor beside a delegation',
    'a DNAME b\na NS n.',
    [/^error 1: DNAME at a\.example\.com\. beside NS/, /^warning 1: DNAME at a/],
  ],
  ['Nor at a wildcard', '*.a DNAME b', [/^error 1: DNAME at the wildcard \*\.a/]],
  [
    'Nothing is below a DNAME',
    'a DNAME b\nx.y.a A 192.0.2.1\n*.a TXT x\nb DNAME c\nz.b.a DNAME c\nab A 192.0.2.1',
    [
      /^error 2: A at x\.y\.a\..* is never served: a\.example\.com\. has a DNAME/,
      /^error 3: TXT at \*\.a/,
      /^error 5: DNAME at z\.b\.a/,
    ],
  ],
  [
    'Nor is a policy host',
    'a DNAME b',
    [/^error 0: Policy host \*\.a\.example\.com\. is never asked: a\.example\.com\. has a DNAME/],
    ['a', '*.a', 'b'],
  ],
  [
    'An alias of the policy stands alone',
    'a TXT x\n*.b MX 10 a\nc TXT x\nx.d TXT x',
    [
      /^error 0: Policy host \*\.b\.example\.com\. answers with a CNAME, beside MX/,
      /^error 0: Policy host a\.example\.com\. answers with a CNAME, beside TXT/,
    ],
    ['a CNAME', '*.b CNAME', 'c', 'd CNAME'],
  ],
];

for (const [claim, zone, expected, hosts = []] of CASES) {
  test(claim, () => {
    const found = problems(zone, hosts);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, problem] of expected.entries()) assert.match(found[at] ?? '', problem);
  });
}

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
