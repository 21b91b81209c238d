import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { RRset } from '../../runtime/wire/record.ts';
import { glueAt, recordsAt } from '../../runtime/zone/lookup.ts';
import { name } from '../support/wire.ts';
import { APEX_RECORDS, ask, ORIGIN, rrsetToText, zoneFromText } from '../support/zone.ts';

const HOSTS = ['@', 'decided', 'both', 'alias', 'x.deep.host', '*.wild', 'decided.cut', '*.mixed'];
const ZONE = zoneFromText(
  `${APEX_RECORDS}$TTL 60
@ MX 10 mail
mail A 192.0.2.1
mail A 192.0.2.2
www CNAME mail
both TXT static
alias CNAME mail
a.b.c TXT deep
* A 192.0.2.9
* MX 10 mail
*.c A 192.0.2.8
*.alias.c CNAME mail
*.mixed TXT static
a.*.ent TXT x
cut NS ns.cut
cut NS ns.example.net.
ns.cut A 192.0.2.5
ns.cut AAAA 2001:db8::5
deeper.cut NS ns.cut
mail.cut TXT hidden
*.cut A 192.0.2.7
signed NS ns.example.net.
signed DS 1 2 200 03
moved DNAME away
moved TXT here
`,
  HOSTS,
);

const CUT = 'delegation cut.example.com. 60 NS ns.cut.example.com., ns.example.net.';

/** Claim, question, and outcome. */
const CASES: readonly (readonly [claim: string, question: string, outcome: string])[] = [
  ['An RRset is found whole', 'mail A', 'answer mail.example.com. 60 A 192.0.2.1, 192.0.2.2'],
  ['The apex has records', '@ MX', 'answer example.com. 60 MX 10 mail.example.com.'],
  ['The apex is no delegation', '@ NS', 'answer example.com. 3600 NS ns.example.net.'],
  ['A name without that type has no data', 'mail TXT', 'nodata'],
  ['A CNAME answers for all types', 'www A', 'cname www.example.com. 60 CNAME mail.example.com.'],
  ['A CNAME is itself a record', 'www CNAME', 'answer www.example.com. 60 CNAME mail.example.com.'],
  ['ANY is any one set', 'www ANY', 'answer www.example.com. 60 CNAME mail.example.com.'],
  ['ANY of a policy host is decided', 'decided ANY', 'policy decided'],

  ['A policy host is decided', 'decided A', 'policy decided'],
  ['The apex may be a policy host', '@ A', 'policy @'],
  ['A static record goes before the policy', 'both TXT', 'answer both.example.com. 60 TXT "static"'],
  ['Other types of that name are decided', 'both A', 'policy both'],
  ['A policy goes before a CNAME', 'alias A', 'policy alias'],
  ['A policy host makes the names above it exist', 'deep.host A', 'nodata'],
  ['A policy host ends what a wildcard covers', 'y.host A', 'nxdomain'],
  ['A wildcard may be a policy host', 'a.b.wild A', 'policy wildcard *.wild'],
  ['A wildcard host may be asked for by its own name', '*.wild A', 'policy *.wild'],
  [
    'A static record of a wildcard goes before its policy',
    'a.mixed TXT',
    'answer wildcard *.mixed.example.com. 60 TXT "static"',
  ],
  ['Other types of that wildcard are decided', 'a.mixed A', 'policy wildcard *.mixed'],

  ['An empty non-terminal exists', 'b.c A', 'nodata'],
  ['An empty non-terminal ends what a wildcard covers', 'x.b.c A', 'nxdomain'],
  [
    'A wildcard stands in for a name that does not exist',
    'x A',
    'answer wildcard *.example.com. 60 A 192.0.2.9',
  ],
  ['It stands in for names of many labels', 'x.y.z A', 'answer wildcard *.example.com. 60 A 192.0.2.9'],
  ['It has no data of other types', 'x TXT', 'nodata wildcard'],
  ['It does not stand in for a name that exists', 'mail MX', 'nodata'],
  ['It does not stand in below a name that exists', 'x.mail A', 'nxdomain'],
  ['The wildcard of the closest encloser counts', 'x.c A', 'answer wildcard *.c.example.com. 60 A 192.0.2.8'],
  ['It counts even if only one further up has that type', 'x.c MX', 'nodata wildcard'],
  [
    'A wildcard CNAME is an alias',
    'x.alias.c A',
    'cname wildcard *.alias.c.example.com. 60 CNAME mail.example.com.',
  ],
  ['A wildcard is a name like others when asked for', '* A', 'answer *.example.com. 60 A 192.0.2.9'],
  ['It does not stand in for names below itself', 'x.*.example.com. A', 'nxdomain'],
  ['A wildcard may be an empty non-terminal', 'x.ent TXT', 'nodata wildcard'],
  [
    'What is below such a wildcard is asked for by its name',
    'a.*.ent TXT',
    'answer a.*.ent.example.com. 60 TXT "x"',
  ],

  ['A delegated name is delegated', 'cut A', CUT],
  ['Its NS is the business of its servers too', 'cut NS', CUT],
  ['Names below are delegated, existing or not', 'x.y.cut A', CUT],
  ['Glue is delegated', 'ns.cut A', CUT],
  ['Records below are hidden', 'mail.cut TXT', CUT],
  ['The highest delegation counts', 'x.deeper.cut A', CUT],
  ['A policy host below is hidden', 'decided.cut A', CUT],
  ['The DS of a delegation is answered', 'signed DS', 'answer signed.example.com. 60 DS 1 2 200 03'],
  ['An insecure delegation has no DS', 'cut DS', 'nodata'],
  [
    'A name below a DNAME is redirected',
    'x.y.moved A',
    'dname moved.example.com. 60 DNAME away.example.com.',
  ],
  [
    'So it is if it is asked for DNAME',
    'x.moved DNAME',
    'dname moved.example.com. 60 DNAME away.example.com.',
  ],
  ['The DNAME is a record as any', 'moved DNAME', 'answer moved.example.com. 60 DNAME away.example.com.'],
  ['Its owner is not redirected', 'moved TXT', 'answer moved.example.com. 60 TXT "here"'],
  ['Its owner has no data of other types', 'moved A', 'nodata'],
  ['The DS of names below is not', 'x.signed DS', 'delegation signed.example.com. 60 NS ns.example.net.'],
];

for (const [claim, question, outcome] of CASES) {
  test(`${claim}: ${question}`, () => assert.equal(ask(ZONE, question, HOSTS), outcome));
}

test('Without a wildcard a name that does not exist does not exist', () => {
  const zone = zoneFromText(APEX_RECORDS);
  assert.equal(ask(zone, 'x A'), 'nxdomain');
  assert.equal(ask(zone, `${'x.'.repeat(120)}@ A`.replace('.@', '')), 'nxdomain');
});

test('A label that holds a dot is not two labels', () => {
  const zone = zoneFromText(`${APEX_RECORDS}a\\.b 60 TXT x`);
  assert.equal(ask(zone, 'a\\.b TXT'), 'answer a\\.b.example.com. 60 TXT "x"');
  assert.equal(ask(zone, 'a.b TXT'), 'nxdomain');
});

test('Labels may hold any octet and be of any length', () => {
  const owners = ['\\000', '\\255', '\\001\\042', '\\192\\012', 'x'.repeat(63), 'x'.repeat(62)];
  const zone = zoneFromText(APEX_RECORDS + owners.map((owner, at) => `${owner} 60 TXT ${at}\n`).join(''));
  for (const [at, owner] of owners.entries())
    assert.match(ask(zone, `${owner} TXT`), new RegExp(`^answer .*"${at}"$`));
});

test('The root may be a zone', () => {
  const zone = zoneFromText(
    '. 60 SOA a. b. 1 2 3 4 5\n. 60 NS a.\na. 60 A 192.0.2.1\nnet. 60 NS a.',
    [],
    name('.'),
  );
  assert.equal(ask(zone, '. SOA'), 'answer . 60 SOA a. b. 1 2 3 4 5');
  assert.equal(ask(zone, 'a. A'), 'answer a. 60 A 192.0.2.1');
  assert.equal(ask(zone, 'x.net. A'), 'delegation net. 60 NS a.');
  assert.equal(ask(zone, 'x.y. A'), 'nxdomain');
});

test('Addresses of name servers are found below delegations, in any case, and by wildcards', () => {
  const at = (text: string, type: number) => textOf(glueAt(ZONE, name(text), type));
  assert.equal(at('NS.cut.Example.COM.', RRTYPE.A), 'ns.cut.example.com. 60 A 192.0.2.5');
  assert.equal(at('ns.cut.example.com.', RRTYPE.AAAA), 'ns.cut.example.com. 60 AAAA 2001:db8::5');
  assert.equal(at('mail.example.com.', RRTYPE.A), 'mail.example.com. 60 A 192.0.2.1, 192.0.2.2');
  assert.equal(at('mail.example.com.', RRTYPE.AAAA), undefined);
  assert.equal(at('x.example.com.', RRTYPE.A), '*.example.com. 60 A 192.0.2.9');
  assert.equal(at('x.cut.example.com.', RRTYPE.A), undefined);
  assert.equal(at('ns.cut.example.net.', RRTYPE.A), undefined);
  assert.equal(at('xexample.com.', RRTYPE.A), undefined);
  assert.equal(at('com.', RRTYPE.A), undefined);
  assert.equal(glueAt(ZONE, ORIGIN, RRTYPE.NS), ZONE.ns);
});

test('Records of other names are those that an answer would hold', () => {
  const at = (text: string, type: number) => textOf(recordsAt(ZONE, name(text), type));
  assert.equal(at('MAIL.Example.COM.', RRTYPE.A), 'mail.example.com. 60 A 192.0.2.1, 192.0.2.2');
  assert.equal(at('x.example.com.', RRTYPE.A), '*.example.com. 60 A 192.0.2.9');
  assert.equal(at('both.example.com.', RRTYPE.TXT), 'both.example.com. 60 TXT "static"');
  assert.equal(at('both.example.com.', RRTYPE.A), undefined);
  assert.equal(at('www.example.com.', RRTYPE.A), undefined);
  assert.equal(at('ns.cut.example.com.', RRTYPE.A), undefined);
  assert.equal(at('x.moved.example.com.', RRTYPE.A), undefined);
  assert.equal(at('mail.example.net.', RRTYPE.A), undefined);
});

function textOf(set: RRset | undefined): string | undefined {
  return set && rrsetToText(set);
}
