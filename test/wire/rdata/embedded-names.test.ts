/** Names in RDATA, for those who know nothing else of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { canonicalRdata, nameLayout } from '../../../runtime/wire/rdata/embedded-names.ts';
import { rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { hex, must, rdata } from '../../support/wire.ts';

test('Only types of RFC 1035 may be compressed (RFC 3597 §4)', () => {
  const compressed = Object.entries(RRTYPE).filter(([, type]) => nameLayout(type)?.mayCompress);
  assert.deepEqual(
    compressed.map(([type]) => type),
    ['NS', 'MD', 'MF', 'CNAME', 'SOA', 'MB', 'MG', 'MR', 'PTR', 'MINFO', 'MX'],
  );
});

const CANONICAL: readonly (readonly [type: keyof typeof RRTYPE, text: string, canonical: string])[] = [
  ['MX', '10 MAIL.Example.', '10 mail.example.'],
  ['SOA', 'A. B. 1 2 3 4 5', 'a. b. 1 2 3 4 5'],
  ['RP', 'A. B.', 'a. b.'],
  ['SRV', '1 2 3 A.', '1 2 3 a.'],
  ['DNAME', 'A.', 'a.'],
  ['NAPTR', '1 2 "U" "E2U+SIP" "!A!B!" C.', '1 2 "U" "E2U+SIP" "!A!B!" c.'],
  ['RRSIG', 'A 5 3 1 1 1 1 A. AAAA', 'A 5 3 1 19700101000001 19700101000001 1 a. AAAA'],
  // RFC 6840 §5.1, and types younger than RFC 3597.
  ['NSEC', 'A. A', 'A. A'],
  ['HTTPS', '0 A.', '0 A.'],
  ['TXT', '"A"', '"A"'],
];

for (const [type, text, canonical] of CANONICAL) {
  test(`${type} ${text} has a canonical form (RFC 4034 §6.2)`, () => {
    const octets = rdata(type, text);
    const before = octets.slice();
    assert.equal(rdataToText(RRTYPE[type], canonicalRdata(RRTYPE[type], octets)), canonical);
    assert.deepEqual(octets, before, 'what was given stays');
  });
}

test('A name behind character-strings is decompressed', () => {
  const head = '0001 8400 0001 0001 0000 0000 0161 00 0023 0001';
  const answer = 'c00c 0023 0001 00000001 000d 0001 0002 0155 00 0162 0163 c00c';
  // Flags "U", no services, expression "b", and a name that ends in a pointer.
  const message = must(decodeMessage(hex(`${head} ${answer}`)));
  assert.equal(rdataToText(RRTYPE.NAPTR, message.answers[0]?.rdata ?? hex('')), '1 2 "U" "" "b" c.a.');
});
