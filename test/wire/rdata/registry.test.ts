import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE, typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import { absoluteNameFromText } from '../../../runtime/wire/name.ts';
import { checkRdata, rdataFromText, rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { splitFields } from '../../../runtime/wire/text-field.ts';
import { hex, must, name, parseRdata, problemOf, rdata } from '../../support/wire.ts';

/** Text as an operator writes it, as it is printed, and its octets where they say more than that. */
const CASES: readonly (readonly [type: string, written: string, printed: string, octets?: string])[] = [
  ['A', '192.0.2.10', '192.0.2.10', 'c000020a'],
  ['AAAA', '2001:DB8:0:0::10', '2001:db8::10', '20010db8 00000000 00000000 00000010'],
  ['AAAA', '::ffff:192.0.2.1', '::ffff:192.0.2.1', '00000000 00000000 0000ffff c0000201'],
  ['NS', 'ns1', 'ns1.example.com.'],
  ['CNAME', 'www.example.net.', 'www.example.net.'],
  ['PTR', '@', 'example.com.'],
  ['MX', '10 mail', '10 mail.example.com.', '000a 046d61696c 076578616d706c65 03636f6d 00'],
  ['MX', '0 .', '0 .', '0000 00'],
  [
    'SOA',
    'ns1 hostmaster 4294967295 1h 15m 2w 30',
    'ns1.example.com. hostmaster.example.com. 4294967295 3600 900 1209600 30',
  ],
  ['SRV', '0 5 5060 sip', '0 5 5060 sip.example.com.'],
  ['TXT', '"two words" one', '"two words" "one"', '09 74776f20776f726473 03 6f6e65'],
  ['TXT', '""', '""', '00'],
  ['TXT', String.raw`\"\\\007\;`, String.raw`"\"\\\007;"`, '04 225c073b'],
  ['CAA', '128 issue "ca.example; policy=ev"', '128 issue "ca.example; policy=ev"'],
  ['CAA', '0 issue ";"', '0 issue ";"', '00 05 6973737565 3b'],
  ['CAA', '0 iodef ""', '0 iodef ""', '00 05 696f646566'],
  ['A', String.raw`\# 4 C000 020A`, '192.0.2.10', 'c000020a'],
  ['TYPE65280', String.raw`\# 3 0AbbCC`, String.raw`\# 3 0abbcc`, '0abbcc'],
  ['TYPE65280', String.raw`\# 0`, String.raw`\# 0`, ''],
];

for (const [type, written, printed, octets] of CASES) {
  test(`${type} ${written} is read and printed`, () => {
    const value = rdata(type, written);
    if (octets !== undefined) assert.deepEqual(value, hex(octets));
    assert.equal(rdataToText(typeFromText(type) ?? 0, value), printed);
    assert.deepEqual(rdata(type, printed), value);
  });
}

const MISTAKES: readonly (readonly [type: string, written: string, problem: RegExp])[] = [
  ['A', '192.0.2', /A: The address is no IPv4 address/],
  ['A', '::ffff:192.0.2.1', /no IPv4 address/],
  ['A', '192.0.2.1 192.0.2.2', /A: "192\.0\.2\.2" is one field too many/],
  ['A', '', /A: The address is missing/],
  ['AAAA', '192.0.2.1', /no IPv6 address/],
  ['MX', 'mail 10', /MX: The preference "mail" is no number from 0 to 65535/],
  ['MX', '65536 mail', /preference/],
  ['MX', '10', /The exchange is missing/],
  ['MX', '10 a..b', /The exchange does not parse: Name "a\.\.b" has an empty label/],
  ['SRV', '1 2 -3 a', /The port "-3"/],
  ['SOA', 'a b 1 soon 1 1 1', /The refresh time "soon" is no time/],
  ['TXT', '', /TXT: The text is missing/],
  ['TXT', 'a'.repeat(256), /over 255 octets; split it/],
  ['CAA', '0 is-sue x', /letters and digits only/],
  ['CAA', '0 "" x', /letters and digits only/],
  ['CAA', '256 issue x', /flags/],
  ['DS', '1 8 2 abcd', /DS: Type has no text form here; write "\\# length hex"/],
  ['TYPE700', String.raw`\# 2 abc`, /pairs of hexadecimal digits/],
  ['TYPE700', String.raw`\# 3 abcd`, /is 2 octets long, not 3/],
  ['TYPE700', String.raw`\#`, /then its length/],
  ['A', String.raw`\# 3 010203`, /A: Data does not parse/],
  ['MX', String.raw`\# 4 000ac00c`, /MX: Data does not parse/],
];

for (const [type, written, problem] of MISTAKES) {
  test(`${type} ${JSON.stringify(written.slice(0, 30))} is refused`, () => {
    assert.match(problemOf(parseRdata(type, written)), problem);
  });
}

test('Names can be read by the rules of policies instead', () => {
  const zone = name('example.com.');
  const read = (text: string) =>
    rdataFromText(RRTYPE.MX, must(splitFields(text)), (word) => absoluteNameFromText(word, zone));
  assert.deepEqual(must(read('10 mail.example.net')), rdata('MX', '10 mail.example.net.'));
  assert.deepEqual(must(read('10 @')), rdata('MX', '10 example.com.'));
  assert.match(problemOf(read('10 mail')), /write "mail\.example\.com\."/);
});

test('RDATA of the wrong form is found and printed as octets', () => {
  assert.match(checkRdata(RRTYPE.A, hex('c0000201 00')) ?? '', /does not parse/);
  assert.match(checkRdata(RRTYPE.TXT, hex('')) ?? '', /does not parse/);
  assert.match(checkRdata(RRTYPE.CNAME, hex('0161')) ?? '', /does not parse/);
  assert.equal(checkRdata(RRTYPE.DS, hex('ff')), undefined);
  assert.match(checkRdata(RRTYPE.DS, new Uint8Array(65536)) ?? '', /over 65535/);
  assert.equal(rdataToText(RRTYPE.A, hex('c00002')), String.raw`\# 3 c00002`);
});

const types = fc.constantFrom('A', 'AAAA', 'NS', 'SOA', 'MX', 'TXT', 'SRV', 'CAA', 'HTTPS', 'TYPE700');

test('Any octets print to a text that reads back as the same octets', () => {
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 40 }), (mnemonic, octets) => {
      const type = typeFromText(mnemonic) ?? 0;
      const text = rdataToText(type, octets);
      if (checkRdata(type, octets) === undefined) assert.deepEqual(rdata(mnemonic, text), octets);
      else assert.match(text, /^\\# /);
    }),
    { numRuns: 3000 },
  );
});
