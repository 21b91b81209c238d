/** Proofs of a zone by its chain, each after the letter of the RFC it is named by. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Proof } from '../../../runtime/dnssec/denial/proof.ts';
import { buildZone } from '../../../runtime/zone/zone.ts';
import { name, rdata } from '../../support/wire.ts';
import { deniable, lower, proved, typeOf } from './deniable.ts';

const APEX = '@ 3600 SOA ns.z. host.z. 1 2 3 4 300\n@ 3600 NS ns.z.\n';

const { denial, typesAt } = deniable(
  `${APEX}
    ns A 192.0.2.1
    a A 192.0.2.1
    a TXT "Beside the policy"
    alias CNAME a
    child NS ns.child
    ns.child A 192.0.2.2
    child A 192.0.2.3
    child TXT "Not ours"
    deep.child TXT "Not ours"
    secure NS ns
    secure DS 1 13 2 ${'00'.repeat(32)}
    below.ent A 192.0.2.1
    moved DNAME elsewhere.example.
    moved A 192.0.2.1
    under.moved A 192.0.2.1
    *.wild A 192.0.2.1
    known.wild A 192.0.2.1
    x.*.half A 192.0.2.1
    sub.*.steered NS ns
  `,
  {
    host: ['A', 'AAAA', 'CNAME'],
    a: ['A', 'HTTPS'],
    '*.steered': ['A', 'TXT', 'CNAME'],
    'x.*.steered': ['A'],
  },
);

const noData = (asked: string, type: string, ttlAtMost = 300) =>
  proved((into) => denial.noData(lower(asked), lower(asked).length, typeOf(type), ttlAtMost, into));
const nameError = (asked: string) =>
  proved((into) => denial.nameError(lower(asked), lower(asked).length, into));
const wildcardNoData = (asked: string, wildcard: string, type: string) =>
  proved((into) =>
    denial.wildcardNoData(lower(asked), lower(asked).length, lower(wildcard), typeOf(type), 300, into),
  );
const nsecAt = (asked: string) =>
  proved((into) => assert.ok(denial.nsecAt(lower(asked), lower(asked).length, into), asked));

test('RFC 4034 §6.1, RFC 4035 §2.3: one NSEC for each name that is the zone’s to speak of, and the last leads back', () => {
  const lines: string[] = [];
  for (let at = '@'; lines.length === 0 || at !== 'z.'; at = lines.at(-1)?.split(' ')[2] ?? '') {
    lines.push(...nsecAt(at));
    assert.ok(lines.length < 40);
  }
  assert.deepEqual(lines, [
    'z. 300 a.z. NS SOA RRSIG NSEC',
    'a.z. 300 alias.z. A TXT RRSIG NSEC HTTPS',
    'alias.z. 300 child.z. CNAME RRSIG NSEC',
    'child.z. 300 below.ent.z. NS RRSIG NSEC',
    'below.ent.z. 300 x.*.half.z. A RRSIG NSEC',
    'x.*.half.z. 300 host.z. A RRSIG NSEC',
    'host.z. 300 moved.z. A CNAME AAAA RRSIG NSEC',
    'moved.z. 300 ns.z. A DNAME RRSIG NSEC',
    'ns.z. 300 secure.z. A RRSIG NSEC',
    'secure.z. 300 *.steered.z. NS DS RRSIG NSEC',
    '*.steered.z. 300 sub.*.steered.z. A CNAME TXT RRSIG NSEC',
    'sub.*.steered.z. 300 x.*.steered.z. NS RRSIG NSEC',
    'x.*.steered.z. 300 *.wild.z. A RRSIG NSEC',
    '*.wild.z. 300 known.wild.z. A RRSIG NSEC',
    'known.wild.z. 300 z. A RRSIG NSEC',
  ]);
});

test('RFC 4035 §3.1.3.1: a name without that type is denied by its own NSEC', () => {
  assert.deepEqual(noData('ns', 'AAAA'), ['ns.z. 300 secure.z. A RRSIG NSEC']);
  assert.deepEqual(noData('@', 'A'), ['z. 300 a.z. NS SOA RRSIG NSEC']);
  assert.deepEqual(noData('moved', 'TXT'), ['moved.z. 300 ns.z. A DNAME RRSIG NSEC']);
});

test('RFC 4035 §3.1.3.2: a name error has the NSEC that covers the name and the one that covers the wildcard', () => {
  assert.deepEqual(nameError('b.a'), ['a.z. 300 alias.z. A TXT RRSIG NSEC HTTPS']);
  assert.deepEqual(nameError('c.b.ns'), ['ns.z. 300 secure.z. A RRSIG NSEC']);
  assert.deepEqual(nameError('nothing'), [
    'moved.z. 300 ns.z. A DNAME RRSIG NSEC',
    'z. 300 a.z. NS SOA RRSIG NSEC',
  ]);
});

test('RFC 4592 §2.2.2: an empty non-terminal is denied by the NSEC that leads below it', () => {
  assert.deepEqual(noData('ent', 'A'), ['child.z. 300 below.ent.z. NS RRSIG NSEC']);
  assert.deepEqual(noData('half', 'A'), ['below.ent.z. 300 x.*.half.z. A RRSIG NSEC']);
});

test('RFC 4035 §3.1.3.3: an answer from a wildcard has the NSEC that covers the name', () => {
  const asked = lower('other.wild');
  assert.deepEqual(
    proved((into) => denial.wildcardAnswer(asked, asked.length, into)),
    ['known.wild.z. 300 z. A RRSIG NSEC'],
  );
});

test('RFC 4035 §3.1.3.4: a wildcard without that type is denied by the NSEC of both', () => {
  assert.deepEqual(wildcardNoData('other.wild', '*.WILD', 'TXT'), [
    'known.wild.z. 300 z. A RRSIG NSEC',
    '*.wild.z. 300 known.wild.z. A RRSIG NSEC',
  ]);
  assert.deepEqual(wildcardNoData('b.wild', '*.wild', 'TXT'), ['*.wild.z. 300 known.wild.z. A RRSIG NSEC']);
});

test('RFC 4592 §2.2.2: a wildcard that is an empty non-terminal stands in as well', () => {
  assert.deepEqual(wildcardNoData('b.half', '*.half', 'A'), [
    'x.*.half.z. 300 host.z. A RRSIG NSEC',
    'below.ent.z. 300 x.*.half.z. A RRSIG NSEC',
  ]);
});

test('RFC 4035 §3.1.4, RFC 6840 §4.1: a delegation has neither SOA nor the bits of its glue', () => {
  assert.deepEqual(
    proved((into) => denial.noDs(lower('CHILD'), into)),
    ['child.z. 300 below.ent.z. NS RRSIG NSEC'],
  );
  assert.deepEqual(noData('child', 'DS'), ['child.z. 300 below.ent.z. NS RRSIG NSEC']);
});

test('The NSEC of a policy host lacks the type asked for and CNAME, and nothing else', () => {
  assert.deepEqual(noData('host', 'AAAA'), ['host.z. 300 moved.z. A RRSIG NSEC']);
  assert.deepEqual(noData('host', 'MX'), ['host.z. 300 moved.z. A AAAA RRSIG NSEC']);
  assert.deepEqual(noData('a', 'HTTPS'), ['a.z. 300 alias.z. A TXT RRSIG NSEC']);
  assert.deepEqual(noData('a', 'A'), ['a.z. 300 alias.z. TXT RRSIG NSEC HTTPS']);
  assert.deepEqual(wildcardNoData('b.steered', '*.steered', 'A'), [
    'x.*.steered.z. 300 *.wild.z. A RRSIG NSEC',
    '*.steered.z. 300 sub.*.steered.z. TXT RRSIG NSEC',
  ]);
});

test('RFC 9077 §3.1: no NSEC lives longer than the SOA says, nor than the answer it stands in for', () => {
  assert.deepEqual(noData('ns', 'TXT', 3600), ['ns.z. 300 secure.z. A RRSIG NSEC']);
  assert.deepEqual(noData('host', 'A', 30), ['host.z. 30 moved.z. AAAA RRSIG NSEC']);
  assert.deepEqual(noData('host', 'A', 0), ['host.z. 0 moved.z. AAAA RRSIG NSEC']);
  const asked = lower('y.steered');
  assert.deepEqual(
    proved((into) => denial.wildcardNoData(asked, asked.length, lower('*.steered'), typeOf('A'), 20, into)),
    ['x.*.steered.z. 300 *.wild.z. A RRSIG NSEC', '*.steered.z. 20 sub.*.steered.z. TXT RRSIG NSEC'],
  );
});

test('RFC 4034 §4.1.1: the one name of a zone leads to itself, and denies all others', () => {
  const { denial: small } = deniable(APEX.replaceAll('ns.z.', 'ns.y.'));
  const asked = lower('a.b');
  const own = 'z. 300 z. NS SOA RRSIG NSEC';
  assert.deepEqual(
    proved((into) => small.nameError(asked, asked.length, into)),
    [own],
  );
  assert.deepEqual(
    proved((into) => small.noData(lower('@'), 3, typeOf('A'), 300, into)),
    [own],
  );
});

test('RFC 6672 §2.4: a DNAME at the zone’s own name leaves no other name to speak of', () => {
  const { denial: moved, zone } = deniable(`${APEX}@ DNAME y.\nbelow A 192.0.2.1`);
  assert.equal(zone.index.orderedCount, 1);
  assert.deepEqual(
    proved((into) => moved.nsecAt(lower('@'), 3, into)),
    ['z. 300 z. NS SOA DNAME RRSIG NSEC'],
  );
});

test('The types that are or could be at a name are those of its records and of its policy', () => {
  const possible = (asked: string) => typesAt(lower(asked)).toSorted((a, b) => a - b);
  assert.deepEqual(possible('host'), ['A', 'CNAME', 'AAAA'].map(typeOf));
  assert.deepEqual(possible('child'), [typeOf('NS')]);
  assert.deepEqual(possible('ent'), []);
});

test('A name that owns no NSEC has none to show', () => {
  for (const asked of ['ent', '*.half', 'deep.child', 'under.moved', 'none'])
    assert.equal(denial.nsecAt(lower(asked), lower(asked).length, new Proof()), false, asked);
});

test('A zone that is not signed costs no order, and proves nothing', () => {
  const records = [
    { owner: name('z.'), type: typeOf('SOA'), ttl: 60, rdata: rdata('SOA', 'a. b. 1 2 3 4 5') },
    { owner: name('z.'), type: typeOf('NS'), ttl: 60, rdata: rdata('NS', 'a.') },
  ];
  const { index } = buildZone({ origin: name('z.'), records, hosts: [], attachment: undefined });
  assert.equal(index.orderedCount, 0);
});
