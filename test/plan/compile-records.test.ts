/** Records of a policy in wire form: the conveniences its author has, and the rules of DNS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRecords, type RecordsContext } from '../../runtime/plan/compile-records.ts';
import { typeToText } from '../../runtime/wire/iana/rrtype.ts';
import { nameFromText } from '../../runtime/wire/name.ts';
import { rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { MAX_RRSET_OCTETS } from '../../runtime/zone/rrsets.ts';

const zone = nameFromText('example.com');
assert.ok(zone.ok);
const ANSWER: RecordsContext = { zone: zone.value, ttl: 30, placement: 'answer' };
const STATIC: RecordsContext = { ...ANSWER, placement: 'static' };

/** What the records are in a zone file, `type value` each. */
function texts(records: unknown, context = ANSWER): string[] {
  const sets = compileRecords(records, 'pools.us', context);
  assert.ok(sets.ok, sets.ok ? '' : sets.problem.join());
  return sets.value.flatMap(({ type, rdatas }) =>
    rdatas.map((rdata) => `${typeToText(type)} ${rdataToText(type, rdata)}`),
  );
}

function problems(records: unknown, context = ANSWER): string[] {
  const sets = compileRecords(records, 'pools.us', context);
  assert.ok(!sets.ok, 'they are refused');
  return sets.problem;
}

const READ: readonly (readonly [records: unknown, ...texts: string[]])[] = [
  [{ A: ['192.0.2.1'], AAAA: ['2001:DB8::1'] }, 'A 192.0.2.1', 'AAAA 2001:db8::1'],
  [{ MX: ['10 mail.example.com', '20 @'] }, 'MX 10 mail.example.com.', 'MX 20 example.com.'],
  [{ CNAME: ['www.example.net.'] }, 'CNAME www.example.net.'],
  [{ SRV: ['0 5 443 a.example.com'] }, 'SRV 0 5 443 a.example.com.'],
  [{ CAA: ['0 issue "letsencrypt.org"'] }, 'CAA 0 issue "letsencrypt.org"'],
  [{ HTTPS: ['1 . alpn=h2,h3'] }, 'HTTPS 1 . alpn="h2,h3"'],
  [{ TXT: ['v=spf1; "quoted" \\ü', ['a', 'b']] }, 'TXT "v=spf1; \\"quoted\\" \\\\\\195\\188"', 'TXT "a" "b"'],
  [{ TYPE65280: ['\\# 2 abcd'] }, 'TYPE65280 \\# 2 abcd'],
  [{ A: ['192.0.2.1', '192.0.2.1'] }, 'A 192.0.2.1'],
  [{ MX: ['10 Mail.example.com', '10 mail.example.com'] }, 'MX 10 mail.example.com.'],
  [{ A: [] }],
];

for (const [records, ...expected] of READ) {
  test(`${JSON.stringify(records)} is read as an author means it`, () => {
    assert.deepEqual(texts(records), expected);
  });
}

test('Long text is split into strings of 255 octets', () => {
  assert.deepEqual(texts({ TXT: ['x'.repeat(300)] }), [`TXT "${'x'.repeat(255)}" "${'x'.repeat(45)}"`]);
});

const REFUSED: readonly (readonly [records: unknown, ...problems: RegExp[]])[] = [
  [5, /^pools\.us: Must be records by type$/],
  [{ A: '192.0.2.1' }, /^pools\.us\.A: Must be an array of values$/],
  [{ A: ['192.0.2.300'], AAAA: ['::g'] }, /^pools\.us\.A\[0\]: A: /, /^pools\.us\.AAAA\[0\]: AAAA: /],
  [{ A: [5] }, /^pools\.us\.A\[0\]: Must be a string$/],
  [{ MX: ['10 mail'] }, /^pools\.us\.MX\[0\]: .*"mail" is ambiguous; write "mail\.example\.com\."/],
  [{ NOPE: ['x'] }, /^pools\.us\.NOPE: Unknown type$/],
  [{ OPT: ['x'] }, /^pools\.us\.OPT: OPT is no type that records have$/],
  [{ TYPE255: ['\\# 0'] }, /ANY is no type that records have$/],
  [{ RRSIG: ['\\# 0'] }, /The server makes RRSIG records itself$/],
  [{ SOA: ['x'] }, /The SOA record comes from the zone file or the configuration$/],
  [{ NS: ['ns1.example.net'] }, /^pools\.us\.NS: NS records are the same for everyone/],
  [{ DNAME: ['example.net'] }, /^pools\.us\.DNAME: DNAME records are the same for everyone/],
  [{ DNSKEY: ['256 3 13 AQID'] }, /^pools\.us\.DNSKEY: DNSKEY records are the same for everyone/],
  [
    { TLSA: ['3 1 1 abcd'] },
    /^pools\.us\.TLSA\[0\]: TLSA: The certificate data is 2 octets long; .* it is 32$/,
  ],
  [{ CNAME: ['a.example.net', 'b.example.net'] }, /^pools\.us: A CNAME excludes all other records$/],
  [{ CNAME: ['a.example.net'], A: ['192.0.2.1'] }, /^pools\.us: A CNAME excludes all other records$/],
  [{ A: ['192.0.2.1'], TYPE1: ['\\# 4 c0000202'] }, /^pools\.us: One type is given twice$/],
  [{ A: Array.from({ length: 257 }, (_, at) => `192.0.${at >> 8}.${at & 255}`) }, /256 are possible$/],
  [
    {
      A: Array.from({ length: 200 }, (_, at) => `192.0.2.${at}`),
      AAAA: Array.from({ length: 57 }, (_, at) => `2001:db8::${at}`),
    },
    /^pools\.us: Holds 257 values; 256 are possible$/,
  ],
  [
    { TXT: Array.from({ length: 9 }, (_, at) => `${at}${'x'.repeat(8000)}`) },
    /octets; an answer has room for 64000$/,
  ],
];

for (const [records, ...expected] of REFUSED) {
  test(`Refused: ${JSON.stringify(records).slice(0, 80)}`, () => {
    const found = problems(records);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? '', pattern);
  });
}

test('An answer of the largest allowed set leaves room for the rest of the message', () => {
  // Header, longest question with type and class, OPT with a client subnet, RRSIG of RSA-4096 by a long name.
  assert.ok(MAX_RRSET_OCTETS + 12 + 259 + 11 + 24 + (12 + 18 + 255 + 512) <= 65535);
});

test('Static records can delegate', () => {
  assert.deepEqual(texts({ NS: ['ns1.example.net'] }, STATIC), ['NS ns1.example.net.']);
  assert.deepEqual(texts({ DNAME: ['example.net'] }, STATIC), ['DNAME example.net.']);
});
