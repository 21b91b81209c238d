/** RFC 9460 appendix D's own vectors, and what lies between them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { checkRdata, rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { hex, parseRdata, problemOf, rdata } from '../../support/wire.ts';

const FOO_COM = '03666f6f 076578616d706c65 03636f6d 00';
const FOO_ORG = '03666f6f 076578616d706c65 036f7267 00';

/** RFC 9460 appendix D.1 and D.2, in its order. */
const VECTORS: readonly (readonly [text: string, octets: string])[] = [
  ['0 foo.example.com.', `0000 ${FOO_COM}`],
  ['1 .', '0001 00'],
  ['16 foo.example.com. port=53', `0010 ${FOO_COM} 0003 0002 0035`],
  ['1 foo.example.com. key667=hello', `0001 ${FOO_COM} 029b 0005 68656c6c6f`],
  [String.raw`1 foo.example.com. key667="hello\210qoo"`, `0001 ${FOO_COM} 029b 0009 68656c6c6fd2716f6f`],
  [
    '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
    `0001 ${FOO_COM} 0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001`,
  ],
  [
    '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
    '0001 076578616d706c65 03636f6d 00 0006 0010 20010db80122034400000000c0000221',
  ],
  [
    '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
    `0010 ${FOO_ORG} 0000 0004 0001 0004 0001 0009 026832 0568332d3139 0004 0004 c0000201`,
  ],
  [
    String.raw`16 foo.example.org. alpn="f\\\\oo\\,bar,h2"`,
    `0010 ${FOO_ORG} 0001 000c 08665c6f6f2c626172 026832`,
  ],
  [
    String.raw`16 foo.example.org. alpn=f\\\092oo\092,bar,h2`,
    `0010 ${FOO_ORG} 0001 000c 08665c6f6f2c626172 026832`,
  ],
];

for (const [text, octets] of VECTORS) {
  test(`${text} is as RFC 9460 appendix D has it`, () => {
    const value = rdata('SVCB', text);
    assert.deepEqual(value, hex(octets));
    assert.deepEqual(rdata('HTTPS', rdataToText(RRTYPE.HTTPS, value)), value);
  });
}

const PRINTED: readonly (readonly [written: string, printed: string])[] = [
  ['1 . port=443 alpn=h2,h3', '1 . alpn="h2,h3" port=443'],
  ['1 . alpn=h3 no-default-alpn', '1 . alpn="h3" no-default-alpn'],
  ['1 . ech=AEX+DQ==', '1 . ech=AEX+DQ=='],
  ['1 . dohpath=/dns-query{?dns}', '1 . dohpath="/dns-query{?dns}"'],
  ['1 . dohpath="/q{?x,dns}" ohttp', '1 . dohpath="/q{?x,dns}" ohttp'],
  ['1 . key65534 key9=', '1 . key9 key65534'],
  [String.raw`1 . key1=\002h2`, '1 . alpn="h2"'],
  ['1 . ipv4hint=192.0.2.1,192.0.2.2', '1 . ipv4hint=192.0.2.1,192.0.2.2'],
];

for (const [written, printed] of PRINTED) {
  test(`${written} prints in the order of keys`, () => {
    assert.equal(rdataToText(RRTYPE.HTTPS, rdata('HTTPS', written)), printed);
  });
}

/** RFC 9460 appendix D.3 first. */
const MISTAKES: readonly (readonly [params: string, problem: RegExp])[] = [
  ['key123=abc key123=def', /"key123" is given twice/],
  ['mandatory', /"" is no parameter/],
  ['alpn', /1 to 255 octets/],
  ['port', /number from 0 to 65535/],
  ['ipv4hint', /lists IPv4 addresses/],
  ['ipv6hint', /lists IPv6 addresses/],
  ['no-default-alpn=abc', /takes no value/],
  ['mandatory=key123', /"key123" is mandatory but missing/],
  ['mandatory=mandatory', /does not list itself/],
  ['mandatory=key123,key123 key123=abc', /listed twice/],
  ['alpn=h2 key1=x', /given twice/],
  ['no-default-alpn', /needs "alpn"/],
  ['alpn=h2,,h3', /1 to 255 octets/],
  [String.raw`alpn=h2\\`, /neither a comma nor a backslash/],
  ['port=65536', /0 to 65535/],
  ['ipv4hint=192.0.2.1,2001:db8::1', /IPv4/],
  ['ech', /Base64/],
  ['ech=A', /Base64/],
  ['dohpath=/dns-query', /not what this parameter wants/],
  ['dohpath=dns-query{?dns}', /not what this parameter wants/],
  ['key3=abc', /not what this parameter wants/],
  ['unheard=of', /"unheard" is not known/],
  ['key65535=x', /not known/],
];

for (const [params, problem] of MISTAKES) {
  test(`${params} is refused`, () => {
    assert.match(problemOf(parseRdata('HTTPS', `1 . ${params}`)), problem);
  });
}

test('An alias takes no parameters', () => {
  assert.match(problemOf(parseRdata('HTTPS', '0 foo alpn=h2')), /one field too many/);
});

const BAD_OCTETS = {
  'keys out of order': '0001 00 0004 0004 c0000201 0003 0002 0035',
  'a key twice': '0001 00 0003 0002 0035 0003 0002 0035',
  'the reserved key': '0001 00 ffff 0000',
  'a value cut short': '0001 00 0003 0002 00',
  'a port of one octet': '0001 00 0003 0001 35',
  'an empty protocol id': '0001 00 0001 0001 00',
  'an IPv4 hint of five octets': '0001 00 0004 0005 c000020100',
  'mandatory keys out of order': '0001 00 0000 0004 0004 0003 0003 0002 0035 0004 0004 c0000201',
  'a mandatory key that is "mandatory"': '0001 00 0000 0002 0000',
  'a mandatory key that is not there': '0001 00 0000 0002 0003',
};

for (const [what, octets] of Object.entries(BAD_OCTETS)) {
  test(`Octets with ${what} do not pass`, () => {
    assert.match(checkRdata(RRTYPE.SVCB, hex(octets)) ?? '', /does not parse/);
  });
}

test('Any protocol ids come back from their text', () => {
  const ids = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(ids, (list) => {
      const value = list.flatMap((id) => [id.length, ...id]);
      const octets = Uint8Array.from([0, 1, 0, 0, 1, 0, value.length, ...value]);
      assert.deepEqual(rdata('HTTPS', rdataToText(RRTYPE.HTTPS, octets)), octets);
    }),
  );
});
