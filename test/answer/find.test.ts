/** Answers from the records of zones: RFC 1034 §4.3.2 and what was added to it since. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../runtime/answer/explain/explain.ts';
import { Server, type ZoneSource } from './server.ts';

const RECORDS = `
www        300 A     192.0.2.1
www        300 A     192.0.2.2
www        300 AAAA  2001:db8::1
*.wild     300 A     192.0.2.3
host.wild  300 TXT   "here"
a.ent      300 A     192.0.2.4
alias      300 CNAME www
chain      300 CNAME alias
out        300 CNAME www.example.net.
dangling   300 CNAME nobody
void       300 CNAME host.wild
one        300 CNAME two
two        300 CNAME one
self       300 CNAME SELF
into-sub   300 CNAME x.sub
to-policy  300 CNAME decided
mail       300 MX    10 www
service    300 SRV   1 2 53 www
sub        300 NS    ns.sub
sub        300 NS    ns.example.net.
ns.sub     300 A     192.0.2.53
decided    300 MX    10 www
here       300 MX    10 www
*.some     300 TXT   "some"
old        120 DNAME new
old        300 TXT   "old"
www.new    300 A     192.0.2.90
*.wide.new 300 TXT   "wide"
to-old     300 CNAME www.old
gone       300 DNAME example.net.
round      300 DNAME about
about      300 DNAME round
more       300 DNAME more.more2
more2      300 DNAME more
far        300 DNAME ${'long'.repeat(15)}.${'long'.repeat(15)}.${'long'.repeat(15)}
to-far     300 CNAME ${'x'.repeat(60)}.far
`;

const server = new Server();
server.put({
  records: RECORDS,
  policy: {
    hosts: {
      decided: { kind: 'records', records: { A: ['192.0.2.80'] } },
      renamed: { kind: 'cname', target: 'decided.example.com' },
      abroad: { kind: 'cname', target: 'www.example.net', ttl: 60 },
      there: { kind: 'cname', target: 'back.example.com' },
      back: { kind: 'cname', target: 'there.example.com' },
      nobody2: { kind: 'nxdomain' },
      here: { kind: 'nxdomain' },
      above: { kind: 'nxdomain' },
      'x.above': { kind: 'nxdomain' },
      '@': { kind: 'nxdomain' },
      '*.all': { kind: 'nxdomain' },
      '*.some': { kind: 'nxdomain' },
    },
  },
});

const NEGATIVE = 'authority example.com. 300 SOA ns.example.net. host.example.net. 1 7200 900 1209600 300';
const NEGATIVE_30 = NEGATIVE.replace(' 300 SOA', ' 30 SOA');
const WWW = ['www.example.com. 300 A 192.0.2.1', 'www.example.com. 300 A 192.0.2.2'];
const DECIDED = 'decided.example.com. 30 A 192.0.2.80';
const ALIAS = 'alias.example.com. 300 CNAME www.example.com.';
const OLD = 'old.example.com. 120 DNAME new.example.com.';
const NEW = 'www.new.example.com. 300 A 192.0.2.90';
const FAR = `far.example.com. 300 DNAME ${`${'long'.repeat(15)}.`.repeat(3)}example.com.`;
const REFERRAL = [
  'authority sub.example.com. 300 NS ns.sub.example.com.',
  'authority sub.example.com. 300 NS ns.example.net.',
  'additional ns.sub.example.com. 300 A 192.0.2.53',
];

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  // What is there.
  'www.example.com A': ['NOERROR aa', ...WWW],
  'www.example.com AAAA': ['NOERROR aa', 'www.example.com. 300 AAAA 2001:db8::1'],
  'example.com NS': ['NOERROR aa', 'example.com. 3600 NS ns.example.net.'],
  'decided.example.com A': ['NOERROR aa', DECIDED],
  // Beside a policy's answers, static records of other types stand.
  'decided.example.com MX': [
    'NOERROR aa',
    'decided.example.com. 300 MX 10 www.example.com.',
    ...[...WWW, 'www.example.com. 300 AAAA 2001:db8::1'].map((record) => `additional ${record}`),
  ],
  // What is not (RFC 2308 §2).
  'www.example.com TXT': ['NOERROR aa', NEGATIVE],
  'decided.example.com TXT': ['NOERROR aa', NEGATIVE_30],
  'nobody.example.com A': ['NXDOMAIN aa', NEGATIVE],
  'nobody2.example.com A': ['NXDOMAIN aa', NEGATIVE_30],
  'ent.example.com A': ['NOERROR aa', NEGATIVE],
  // A policy cannot deny what is there for other reasons (RFC 8020 §2).
  'here.example.com A': ['NOERROR aa', NEGATIVE_30],
  'above.example.com A': ['NOERROR aa', NEGATIVE_30],
  'x.above.example.com A': ['NXDOMAIN aa', NEGATIVE_30],
  'example.com A': ['NOERROR aa', NEGATIVE_30],
  'x.all.example.com A': ['NXDOMAIN aa', NEGATIVE_30],
  'x.some.example.com A': ['NOERROR aa', NEGATIVE_30],
  // Wildcards (RFC 4592).
  'any.wild.example.com A': ['NOERROR aa', 'any.wild.example.com. 300 A 192.0.2.3'],
  'a.b.wild.example.com A': ['NOERROR aa', 'a.b.wild.example.com. 300 A 192.0.2.3'],
  'any.wild.example.com AAAA': ['NOERROR aa', NEGATIVE],
  'host.wild.example.com A': ['NOERROR aa', NEGATIVE],
  'x.host.wild.example.com A': ['NXDOMAIN aa', NEGATIVE],
  // Delegations: not ours to vouch for, with glue.
  'sub.example.com A': ['NOERROR', ...REFERRAL],
  'a.b.sub.example.com TXT': ['NOERROR', ...REFERRAL],
  'ns.sub.example.com A': ['NOERROR', ...REFERRAL],
  'sub.example.com DS': ['NOERROR aa', NEGATIVE],
  // CNAMEs are followed inside the zone, and no further.
  'alias.example.com A': ['NOERROR aa', ALIAS, ...WWW],
  'chain.example.com A': ['NOERROR aa', 'chain.example.com. 300 CNAME alias.example.com.', ALIAS, ...WWW],
  'alias.example.com CNAME': ['NOERROR aa', ALIAS],
  'alias.example.com TXT': ['NOERROR aa', ALIAS, NEGATIVE],
  'out.example.com A': ['NOERROR aa', 'out.example.com. 300 CNAME www.example.net.'],
  'dangling.example.com A': ['NXDOMAIN aa', 'dangling.example.com. 300 CNAME nobody.example.com.', NEGATIVE],
  'void.example.com A': ['NOERROR aa', 'void.example.com. 300 CNAME host.wild.example.com.', NEGATIVE],
  'into-sub.example.com A': ['NOERROR aa', 'into-sub.example.com. 300 CNAME x.sub.example.com.', ...REFERRAL],
  'to-policy.example.com A': ['NOERROR aa', 'to-policy.example.com. 300 CNAME decided.example.com.', DECIDED],
  'renamed.example.com A': ['NOERROR aa', 'renamed.example.com. 30 CNAME decided.example.com.', DECIDED],
  'renamed.example.com CNAME': ['NOERROR aa', 'renamed.example.com. 30 CNAME decided.example.com.'],
  'abroad.example.com A': ['NOERROR aa', 'abroad.example.com. 60 CNAME www.example.net.'],
  // Loops end where they begin again.
  'one.example.com A': [
    'NOERROR aa',
    'one.example.com. 300 CNAME two.example.com.',
    'two.example.com. 300 CNAME one.example.com.',
  ],
  'self.example.com A': ['NOERROR aa', 'self.example.com. 300 CNAME self.example.com.'],
  'there.example.com A': [
    'NOERROR aa',
    'there.example.com. 30 CNAME back.example.com.',
    'back.example.com. 30 CNAME there.example.com.',
  ],
  // A DNAME redirects all below it (RFC 6672 §3.2), and is told once.
  'wWw.old.example.com A': [
    'NOERROR aa',
    OLD,
    'wWw.old.example.com. 120 CNAME wWw.new.example.com.',
    'wWw.new.example.com. 300 A 192.0.2.90',
  ],
  'WwW.old.example.com CNAME': ['NOERROR aa', OLD, 'WwW.old.example.com. 120 CNAME WwW.new.example.com.'],
  'www.old.example.com ANY': ['NOERROR aa', OLD, 'www.old.example.com. 120 CNAME www.new.example.com.'],
  'www.old.example.com MX': [
    'NOERROR aa',
    OLD,
    'www.old.example.com. 120 CNAME www.new.example.com.',
    NEGATIVE,
  ],
  'x.old.example.com A': ['NXDOMAIN aa', OLD, 'x.old.example.com. 120 CNAME x.new.example.com.', NEGATIVE],
  'x.y.wide.old.example.com TXT': [
    'NOERROR aa',
    OLD,
    'x.y.wide.old.example.com. 120 CNAME x.y.wide.new.example.com.',
    'x.y.wide.new.example.com. 300 TXT "wide"',
  ],
  'old.example.com TXT': ['NOERROR aa', 'old.example.com. 300 TXT "old"'],
  'old.example.com DNAME': ['NOERROR aa', OLD],
  'old.example.com A': ['NOERROR aa', NEGATIVE],
  'to-old.example.com A': [
    'NOERROR aa',
    'to-old.example.com. 300 CNAME www.old.example.com.',
    OLD,
    'www.old.example.com. 120 CNAME www.new.example.com.',
    NEW,
  ],
  'a.gone.example.com A': [
    'NOERROR aa',
    'gone.example.com. 300 DNAME example.net.',
    'a.gone.example.com. 300 CNAME a.example.net.',
  ],
  'a.round.example.com A': [
    'NOERROR aa',
    'round.example.com. 300 DNAME about.example.com.',
    'a.round.example.com. 300 CNAME a.about.example.com.',
    'about.example.com. 300 DNAME round.example.com.',
    'a.about.example.com. 300 CNAME a.round.example.com.',
  ],
  [`${'x'.repeat(60)}.far.example.com A`]: ['YXDOMAIN aa', FAR],
  'to-far.example.com A': [
    'YXDOMAIN aa',
    `to-far.example.com. 300 CNAME ${'x'.repeat(60)}.far.example.com.`,
    FAR,
  ],
  // Addresses of what is pointed to (RFC 1034 §4.3.2 step 6, RFC 2782).
  'mail.example.com MX': [
    'NOERROR aa',
    'mail.example.com. 300 MX 10 www.example.com.',
    ...[...WWW, 'www.example.com. 300 AAAA 2001:db8::1'].map((record) => `additional ${record}`),
  ],
  'service.example.com SRV': [
    'NOERROR aa',
    'service.example.com. 300 SRV 1 2 53 www.example.com.',
    ...[...WWW, 'www.example.com. 300 AAAA 2001:db8::1'].map((record) => `additional ${record}`),
  ],
  // RFC 1035 §6.2: of all classes there is but one here, and nobody can vouch for that.
  'www.example.com AAAA ANY': ['NOERROR', 'www.example.com. 300 AAAA 2001:db8::1'],
  'nobody.example.com A ANY': ['NXDOMAIN', NEGATIVE],
  // Not ours at all.
  'www.example.net A': ['REFUSED'],
  '. NS': ['REFUSED'],
};

for (const [question, expected] of Object.entries(ANSWERS)) {
  test(`${question}: ${expected[0]}`, () => assert.deepEqual(server.ask(question), expected));
}

test('ANY gets one RRset, or a HINFO that says why not where a policy decides (RFC 8482)', () => {
  const [status, ...records] = server.ask('www.example.com ANY');
  assert.equal(status, 'NOERROR aa');
  assert.equal(new Set(records.map((record) => record.split(' ')[2])).size, 1, records.join('\n'));
  assert.deepEqual(server.ask('renamed.example.com ANY'), [
    'NOERROR aa',
    'renamed.example.com. 3600 HINFO "RFC8482" ""',
  ]);
  assert.deepEqual(server.ask('alias.example.com ANY'), ['NOERROR aa', ALIAS]);
  assert.deepEqual(server.ask('nobody.example.com ANY'), ['NXDOMAIN aa', NEGATIVE]);
});

test('What is not ours is told why, where EDNS can say it', () => {
  assert.deepEqual(server.ask({ question: 'www.example.net A', edns: {} }), ['REFUSED', 'ede 20']);
});

test('Nine CNAMEs in a row are left to the client to follow to their end', () => {
  const long = new Server();
  const chain = Array.from({ length: 12 }, (_, index) => `c${index} 300 CNAME c${index + 1}\n`);
  long.put({ records: `${chain.join('')}c12 300 A 192.0.2.1\n` });
  const [status, ...records] = long.ask('c0.example.com A');
  assert.equal(status, 'NOERROR aa');
  assert.equal(records.length, 9);
  assert.equal(records.at(-1), 'c8.example.com. 300 CNAME c9.example.com.');
  assert.equal(long.ask('c4.example.com A').at(-1), 'c12.example.com. 300 A 192.0.2.1');
});

test('The zone with the longest name answers, and its parent for its DS', () => {
  const both = new Server();
  both.put({ records: 'sub 300 NS ns.example.net.\nsub 300 DS 1 13 200 00\n' });
  both.put({ zone: 'sub.example.com', records: 'www 300 A 192.0.2.7\n' });
  assert.deepEqual(both.ask('www.sub.example.com A'), ['NOERROR aa', 'www.sub.example.com. 300 A 192.0.2.7']);
  assert.equal(both.ask('sub.example.com DS')[1], 'sub.example.com. 300 DS 1 13 200 00');
});

test('A CNAME into another zone of ours leaves the target to that zone', () => {
  const both = new Server();
  both.put({ records: 'www 300 CNAME www.sub\n' });
  both.put({ zone: 'sub.example.com', records: 'www 300 A 192.0.2.7\n' });
  assert.deepEqual(both.ask('www.example.com A'), [
    'NOERROR aa',
    'www.example.com. 300 CNAME www.sub.example.com.',
  ]);
});

test('A zone whose policy never loaded answers from its records, and SERVFAIL for all else', () => {
  const broken = new Server();
  broken.put({
    records: 'www 300 A 192.0.2.1\n',
    broken: 'The policy does not compile',
    lacksPolicy: true,
  });
  assert.deepEqual(broken.ask('www.example.com A'), ['NOERROR aa', 'www.example.com. 300 A 192.0.2.1']);
  const servfail = ['SERVFAIL', 'ede 14 The policy of this zone has not loaded yet'];
  for (const question of ['www.example.com AAAA', 'nobody.example.com A', 'example.com A']) {
    assert.deepEqual(broken.ask({ question, edns: {} }), servfail, question);
  }
});

/** Why a zone has no answer → what it says of a name with records, and of one without (RFC 8914 §4.15, §4.25). */
const UNREADY: readonly (readonly [
  why: Pick<ZoneSource, 'broken' | 'lacksPolicy' | 'withheld'>,
  forRecords: string,
  forOthers?: string,
])[] = [
  [{ withheld: 'expired' }, '24 The copy of the zone has expired'],
  [{ withheld: 'never-transferred' }, '14 The zone has not been transferred yet'],
  [{ broken: 'x', withheld: 'unsound-records' }, '14 The records of this zone are not sound'],
  [{ broken: 'x', withheld: 'no-records' }, '14 No records of this zone have loaded yet'],
  [
    { broken: 'x', withheld: 'no-records', lacksPolicy: true },
    '14 The policy of this zone has not loaded yet',
  ],
  [
    { broken: 'x', withheld: 'unsound-records', lacksPolicy: true },
    '14 The records of this zone are not sound',
  ],
  [{ broken: 'x' }, '', '14 The zone has not loaded yet'],
  [{ broken: 'x', lacksPolicy: true }, '', '14 The policy of this zone has not loaded yet'],
];

test('RFC 8914 §4.15, §4.25: a zone without an answer says what it lacks, and explain says the same', async () => {
  for (const [why, forRecords, forOthers = forRecords] of UNREADY) {
    const server = new Server();
    server.put({ records: 'www 300 A 192.0.2.1\n', ...why });
    for (const [question, expected] of [
      ['www.example.com A', forRecords],
      ['nobody.example.com A', forOthers],
    ] as const) {
      const [name = '', type = ''] = question.split(' ');
      const { source, unready = '' } = await explain({ name, type, facts: {} }, server.parts);
      const [rcode, error] = server.ask({ question, edns: {} });
      if (expected === '') {
        assert.deepEqual([rcode, source, unready], ['NOERROR aa', 'static', ''], question);
        continue;
      }
      assert.deepEqual([rcode, error], ['SERVFAIL', `ede ${expected}`], question);
      assert.deepEqual([source, unready], ['none', expected.slice(3)], question);
    }
  }
});

test('A DNAME that led to itself, as the answer to DNAME, is in the answer once (RFC 2181 §5)', () => {
  const records = 'from 300 DNAME to\nb.to 300 DNAME to\n';
  const redirecting = new Server();
  redirecting.put({ records });
  assert.deepEqual(redirecting.ask('b.b.from.example.com DNAME'), [
    'NOERROR aa',
    'from.example.com. 300 DNAME to.example.com.',
    'b.b.from.example.com. 300 CNAME b.b.to.example.com.',
    'b.to.example.com. 300 DNAME to.example.com.',
    'b.b.to.example.com. 300 CNAME b.to.example.com.',
  ]);
});
