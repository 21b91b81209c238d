import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE, typeFromText, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import { absoluteNameFromText } from '../../../runtime/wire/name.ts';
import { FORMATS } from '../../../runtime/wire/rdata/formats.ts';
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
  ['HINFO', 'PC-Intel-700mhz "Redhat Linux 7.1"', '"PC-Intel-700mhz" "Redhat Linux 7.1"'],
  ['RP', 'louie.trantor.umd.edu. lam1', 'louie.trantor.umd.edu. lam1.example.com.'],
  [
    'AFSDB',
    '1 bigbird.toaster.com.',
    '1 bigbird.toaster.com.',
    '0001 07626967626972640774 6f617374657203636f6d00',
  ],
  ['DNAME', 'frobozz-division.acme.example.', 'frobozz-division.acme.example.'],
  ['KX', '10 kx', '10 kx.example.com.'],
  ['MINFO', 'a b', 'a.example.com. b.example.com.'],
  ['PX', '50 net2.it. PRMD-net2.ADMD-p400.C-it.', '50 net2.it. PRMD-net2.ADMD-p400.C-it.'],
  [
    'NAPTR',
    '100 50 "s" "http+N2L" "" www.example.com.',
    '100 50 "s" "http+N2L" "" www.example.com.',
    '0064 0032 0173 08687474702b4e324c 00 03777777076578616d706c6503636f6d00',
  ],
  [
    'NAPTR',
    String.raw`100 10 u E2U+sip "!^.*$!sip:\\1@example.com!" .`,
    String.raw`100 10 "u" "E2U+sip" "!^.*$!sip:\\1@example.com!" .`,
  ],
  ['URI', '10 1 "ftp://ftp1.example.com/public"', '10 1 "ftp://ftp1.example.com/public"'],
  ['SPF', '"v=spf1 -all"', '"v=spf1 -all"'],
  ['RESINFO', 'qnamemin exterr=15-17', '"qnamemin" "exterr=15-17"'],
  ['WKS', '192.0.2.1 tcp smtp 21 http', '192.0.2.1 6 21 25 80'],
  [
    'NSAP',
    '0x47.0005.80.005a00.0000.0001.e133.ffffff000162.00',
    '0x47000580005a0000000001e133ffffff00016200',
  ],
  [
    'DSYNC',
    'CDS NOTIFY 5359 cds',
    'CDS 1 5359 cds.example.com.',
    '003b 01 14ef 03636473 076578616d706c6503636f6d00',
  ],
  ['CERT', 'PKIX 65535 RSASHA256 AQ ID', '1 65535 8 AQID', '0001 ffff 08 010203'],
  ['CERT', '254 0 0 AQIDBA==', '254 0 0 AQIDBA=='],
  [
    'TLSA',
    '0 0 1 ( d2abde240d7cd3ee6b4b28c54df034b9 7983A1D16E8A410E4561CB106618E971 )'.replaceAll(/[()]/g, ''),
    '0 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971',
  ],
  ['TLSA', '3 1 0 00', '3 1 0 00', '03 01 00 00'],
  ['SMIMEA', '3 0 200 abcd', '3 0 200 abcd'],
  [
    'SSHFP',
    '2 1 123456789abcdef67890123456789abcdef67890',
    '2 1 123456789abcdef67890123456789abcdef67890',
    '02 01 123456789abcdef67890123456789abcdef67890',
  ],
  ['OPENPGPKEY', 'AQ ID BA==', 'AQIDBA==', '01020304'],
  ['IPSECKEY', '10 1 2 192.0.2.1 AQ ID', '10 1 2 192.0.2.1 AQID', '0a0102c0000201010203'],
  // RFC 4025 §3.1: with algorithm 0 there is no key.
  [
    'IPSECKEY',
    '255 3 0 GW.example.net.',
    '255 3 0 GW.example.net.',
    'ff03000247570765 78616d706c65036e657400',
  ],
  ['HIP', '2 aabb AQID a. B.', '2 AABB AQID a. B.', '020200 03aabb010203016100014200'],
  [
    'DHCID',
    'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
    'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
  ],
  [
    'DS',
    '60485 RSASHA1 1 2BB183AF5F22588179A53B0A 98631FAD1A292118',
    '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118',
    'ec45 05 01 2bb183af5f22588179a53b0a98631fad1a292118',
  ],
  ['CDS', '0 0 0 00', '0 0 0 00'],
  ['DNSKEY', '256 3 ecdsap256sha256 AQID BA==', '256 3 13 AQIDBA==', '0100 03 0d 01020304'],
  ['CDNSKEY', '0 3 0 AA==', '0 3 0 AA=='],
  [
    'RRSIG',
    'A 5 3 1d 20030322173103 20030220173103 2642 example.com. oJB1W6WN',
    'A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WN',
    '0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 076578616d706c6503636f6d00 a090755ba58d',
  ],
  [
    'RRSIG',
    'TYPE65280 5 3 0 4294967295 0 1 . AA==',
    'TYPE65280 5 3 0 21060207062815 19700101000000 1 . AA==',
  ],
  [
    'NSEC',
    'host A MX RRSIG NSEC TYPE1234',
    'host.example.com. A MX RRSIG NSEC TYPE1234',
    '04686f7374076578616d706c6503636f6d00 0006400100000003 041b000000000000000000000000000000000000000000000000000020',
  ],
  [
    'NSEC3',
    '1 1 12 AABBCCDD 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG',
    '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM',
  ],
  ['NSEC3', '1 0 0 - 00', '1 0 0 - 00', '01 00 0000 00 01 00'],
  ['NSEC3PARAM', '1 0 12 aabbccdd', '1 0 12 aabbccdd', '01 00 000c 04 aabbccdd'],
  ['NSEC3PARAM', '1 0 0 -', '1 0 0 -', '01 00 0000 00'],
  ['CSYNC', '66 3 A NS AAAA', '66 3 A NS AAAA', '00000042 0003 000460000008'],
  ['CSYNC', '66 3', '66 3', '00000042 0003'],
  [
    'ZONEMD',
    '2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE 7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE',
    '2018031500 1 1 febe3d4ce2ec2ffa4ba99d46cd69d6d29711e55217057bee7eb1a7b641a47ba7fed2dd5b97ae499fafa4f22c6bd647de',
  ],
  [
    'LOC',
    '42 21 54 N 71 06 18 W -24m 30m',
    '42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m',
    '00 33 16 13 89172dd0 70be15f0 00988d20',
  ],
  ['LOC', '52 n 0 0 0.5 e 10.5', '52 0 0.000 N 0 0 0.500 E 10.50m 1.00m 10000.00m 10.00m'],
  [
    'LOC',
    '90 S 180 W -100000m 0 90000000m 0.05',
    '90 0 0.000 S 180 0 0.000 W -100000.00m 0.00m 90000000.00m 0.05m',
  ],
  [
    'APL',
    '1:192.168.32.0/21 !1:192.168.38.0/28',
    '1:192.168.32.0/21 !1:192.168.38.0/28',
    '0001 15 03 c0a820 0001 1c 83 c0a826',
  ],
  ['APL', '1:224.0.0.0/4 2:FF00::0/8', '1:224.0.0.0/4 2:ff00::/8', '0001 04 01 e0 0002 08 01 ff'],
  ['APL', '', '', ''],
  ['EUI48', '00-00-5E-00-53-2a', '00-00-5e-00-53-2a', '00005e00532a'],
  ['EUI64', '00-00-5e-ef-10-00-00-2a', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  ['NID', '10 14:4fff:ff20:ee64', '10 0014:4fff:ff20:ee64', '000a 00144fffff20ee64'],
  ['L32', '10 10.1.2.0', '10 10.1.2.0'],
  ['L64', '10 2001:0DB8:1140:1000', '10 2001:0db8:1140:1000'],
  ['LP', '10 l64-subnet1', '10 l64-subnet1.example.com.'],
  ['DS', String.raw`\# 5 0001 08 02 ab`, String.raw`\# 5 00010802ab`],
  [
    'SVCB',
    String.raw`\# 10 0000 00 0001 0003 026832`,
    String.raw`\# 10 0000000001000302 6832`.replace('02 68', '0268'),
  ],
  ['APL', String.raw`\# 5 0003 00 01 ff`, String.raw`\# 5 00030001ff`],
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
  ['A', '192.0.2', /A: The address "192\.0\.2" is no IPv4 address/],
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
  ['IPSECKEY', '10 1 2 2001:db8::1 AQID', /gateway "2001:db8::1" is no IPv4 address/],
  ['IPSECKEY', '10 2 2 192.0.2.1 AQID', /gateway "192\.0\.2\.1" is no IPv6 address/],
  ['IPSECKEY', '10 0 2 gw AQID', /gateway "gw" is not "\."/],
  ['IPSECKEY', '10 4 2 gw AQID', /gateway type "4" is no number from 0 to 3/],
  ['IPSECKEY', '10 3 2 gw', /public key is missing/],
  ['HIP', '2 2001 AQI AQID', /not in Base64, in one word/],
  ['HIP', '2 200 AQID', /pairs of hexadecimal digits/],
  ['AMTRELAY', '10 2 1 192.0.2.1', /discovery-optional bit "2"/],
  ['IPN', '12', /IPN: Type has no text form here; write "\\# length hex"/],
  ['MX', '10', /MX: The exchange is missing; write "preference exchange"/],
  ['MX', '10 a b', /MX: "b" is one field too many; write "preference exchange"/],
  [
    'NAPTR',
    '1 2 u s',
    /regular expression is missing; write "order preference flags services regular expression replacement"/,
  ],
  ['URI', '1 2', /The target is missing/],
  ['CERT', 'X509 0 0 AQID', /CERT: The type "X509" is no number from 0 to 65535/],
  ['CERT', 'toString 0 0 AQID', /The type "toString"/],
  ['CERT', '1 0 0 AQI', /The certificate is not in Base64/],
  ['TLSA', '3 1 1 abcd', /TLSA: The certificate data is 2 octets long; with matching type 1 it is 32/],
  ['TLSA', '3 1 1', /The certificate data is missing/],
  ['SSHFP', '1 2 00', /The fingerprint is 1 octets long; with fingerprint type 2 it is 32/],
  ['DS', '1 NOPE 2 abcd', /The algorithm "NOPE" is no number from 0 to 255/],
  ['DS', '1 8 2 abc', /The digest is not in pairs of hexadecimal digits/],
  ['CDS', '0 0 0 0', /pairs of hexadecimal digits/],
  ['DNSKEY', '256 3 13', /The public key is missing/],
  ['DNSKEY', '256 3 13 AQ', /The public key is not in Base64/],
  ['RRSIG', 'NOPE 5 3 1 1 1 1 . AA==', /The type covered "NOPE" is no type of records/],
  [
    'RRSIG',
    'A 5 3 1 20030230000000 1 1 . AA==',
    /The expiration "20030230000000" is no time; write YYYYMMDDHHmmSS/,
  ],
  ['NSEC', 'host', /The type is missing/],
  ['NSEC', 'host A NOPE', /The type "NOPE" is no type of records such as A/],
  ['NSEC3PARAM', '1 0 12 abc', /The salt is not in pairs of hexadecimal digits/],
  ['NSEC3', '1 0 0 - w A', /The next hashed name "w" is not in Base32/],
  ['ZONEMD', '1 1 1 abcd', /The digest is 2 octets long; with hash algorithm 1 it is 48/],
  ['LOC', '91 N 0 E 0', /The degrees of latitude "91" is no number from 0 to 90/],
  ['LOC', '90 0 1 N 0 E 0', /The latitude is over 90 degrees/],
  ['LOC', '52 N 4', /minutes of longitude is missing/],
  ['LOC', '52 60 N 4 E 0', /The minutes of latitude "60"/],
  ['LOC', '52 1 60 N 4 E 0', /The seconds of latitude "60"/],
  ['LOC', '52 1 1 E 4 E 0', /The latitude ends in "E", not in N or S/],
  ['LOC', '52 N 4 E high', /The altitude "high" is no length from -100000m to 42849672.95m/],
  ['LOC', '52 N 4 E 0 -1', /The size "-1" is no length/],
  ['APL', '3:192.0.2.0/24', /APL: "3:192.0.2.0\/24" is no prefix such as 1:192.0.2.0\/24/],
  ['APL', '1:192.0.2.0/33', /is no prefix/],
  ['APL', '1:2001:db8::/32', /is no prefix/],
  ['EUI48', '00:00:5e:00:53:2a', /The EUI-48 "00:00:5e:00:53:2a" is no identifier such as 00-00-5e/],
  ['EUI64', '00-00-5e-00-53-2a', /is no identifier/],
  ['L64', '10 2001:db8::1', /The locator "2001:db8::1" is no group of four/],
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
  assert.equal(checkRdata(RRTYPE.IPN, hex('ff')), undefined);
  assert.match(checkRdata(RRTYPE.IPN, new Uint8Array(65536)) ?? '', /over 65535/);
  assert.equal(rdataToText(RRTYPE.A, hex('c00002')), String.raw`\# 3 c00002`);
});

const types = fc.constantFrom(...FORMATS.keys(), 700);

test('Any octets print to a text that reads back as the same octets', () => {
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 40 }), (type, octets) => {
      const text = rdataToText(type, octets);
      if (checkRdata(type, octets) === undefined) assert.deepEqual(rdata(typeToText(type), text), octets);
      else assert.match(text, /^\\# /);
    }),
    { numRuns: 10_000 },
  );
});
