/** Addresses and prefixes, against node:net and the examples of RFC 5952. */
import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  type Address,
  addressToText,
  maskAddress,
  parseAddress,
  parseIpv6,
  parsePrefix,
  peerToText,
  prefixToText,
  readAddress,
  readPeer,
} from '../../../runtime/base/net/ip.ts';

const address4 = fc
  .uint8Array({ minLength: 4, maxLength: 4 })
  .map((bytes): Address => ({ family: 4, bytes }));
/** Runs of zeros are what the text form is about, so octets are zero half of the time. */
const zeroOrAny = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));
const address6 = fc
  .array(zeroOrAny, { minLength: 16, maxLength: 16 })
  .map((octets): Address => ({ family: 6, bytes: Uint8Array.from(octets) }))
  .filter((address) => !addressToText(address).startsWith('::ffff:'));
const anyAddress = fc.oneof(address4, address6);
/** Texts that are nearly addresses. */
const nearly = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4Extended(),
  fc.string({ unit: fc.constantFrom(...'0 1 2 9 a f F g : . :: % /'.split(' ')), maxLength: 40 }),
  fc
    .array(fc.constantFrom('0', '1', 'ffff', '', '12345', '1.2.3.4', 'g', '00', '255', '256'), {
      maxLength: 10,
    })
    .chain((groups) => fc.constantFrom(':', '.', '::').map((separator) => groups.join(separator))),
);

test('A text is an address exactly when node:net says so, zone ids apart', () => {
  fc.assert(
    fc.property(nearly, (text) => {
      const expected = text.includes('%') ? 0 : isIP(text);
      const parsed = parseAddress(text);
      assert.equal(parsed !== undefined, expected !== 0, text);
      if (parsed?.family === 6) assert.equal(expected, 6);
    }),
    { numRuns: 3000 },
  );
});

test('What is printed is read back as the same address', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      const text = addressToText(address);
      assert.equal(isIP(text), address.family);
      const back = parseAddress(text);
      assert.deepEqual(back, address);
    }),
  );
});

test('IPv6 addresses are printed as the URL standard prints them, which is RFC 5952', () => {
  fc.assert(
    fc.property(address6, (address) => {
      assert.equal(`[${addressToText(address)}]`, new URL(`http://[${longForm(address)}]/`).hostname);
    }),
  );
});

for (const [written, canonical] of [
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0DB8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:0:0:0:0:0', '1::'],
  ['::ffff:c000:0201', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['192.0.2.1', '192.0.2.1'],
] as const) {
  test(`${written} is ${canonical}`, () => {
    const address = parseAddress(written);
    assert.ok(address);
    assert.equal(addressToText(address), canonical);
  });
}

for (const text of [
  '',
  ' 1.2.3.4',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '1.2.3.00',
  '0x1.2.3.4',
  '1.2.3.256',
  '1..2.3',
  '１.2.3.4',
  ':',
  ':::',
  '::1::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  ':1:2:3:4:5:6:7',
  '1:',
  '::1:',
  '12345::',
  '::1.2.3',
  '::1.2.3.4:5',
  '1:2:3:4:5:6:7:1.2.3.4',
  'fe80::1%eth0',
  '[::1]',
]) {
  test(`"${text}" is no address`, () => assert.equal(parseAddress(text), undefined));
}

test('Octets the caller owns are filled in place, whatever they held', () => {
  const into = new Uint8Array(16).fill(0xaa);
  assert.equal(readAddress('2001:db8::1', into), 6);
  assert.equal(Buffer.from(into).toString('hex'), '20010db8000000000000000000000001');
  assert.equal(readAddress('::ffff:192.0.2.7', into), 4);
  assert.deepEqual([...into.subarray(0, 4)], [192, 0, 2, 7]);
  assert.equal(readAddress('localhost', into), 0);
});

test('The zone id of a peer is ignored', () => {
  const into = new Uint8Array(16);
  assert.equal(readPeer('fe80::1%eth0', into), 6);
  assert.equal(addressToText({ family: 6, bytes: into }), 'fe80::1');
  assert.equal(readPeer('192.0.2.7', into), 4);
  assert.equal(readPeer('%eth0', into), 0);
});

test('A peer may be its octets, too', () => {
  const into = new Uint8Array(16);
  for (const text of ['192.0.2.7', '2001:db8::7']) {
    const { family = 4, bytes = into } = parseAddress(text) ?? {};
    assert.equal(readPeer(bytes, into), family);
    assert.deepEqual(into.slice(0, bytes.length), bytes);
    assert.equal(peerToText(bytes), text);
  }
  assert.equal(peerToText('fe80::1%eth0'), 'fe80::1%eth0');
});

test('An AAAA record may hold a mapped address, and shows it', () => {
  const bytes = parseIpv6('::ffff:192.0.2.1');
  assert.ok(bytes);
  assert.equal(bytes.length, 16);
  assert.equal(addressToText({ family: 6, bytes }), '::ffff:192.0.2.1');
  assert.equal(parseIpv6('192.0.2.1'), undefined);
});

for (const [text, expected] of [
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['10.1.2.3', '10.1.2.3/32'],
  ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ['::1', '::1/128'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:10.0.0.0/95', undefined],
  ['10.0.0.0/33', undefined],
  ['::/129', undefined],
  ['10.0.0.0/08', undefined],
  ['10.0.0.0/', undefined],
  ['10.0.0.0/8/8', undefined],
  ['10.0.0.0/-1', undefined],
  ['/8', undefined],
] as const) {
  test(`"${text}" is ${expected ?? 'no prefix'}`, () => {
    const prefix = parsePrefix(text);
    assert.equal(prefix && prefixToText(prefix), expected);
  });
}

test('Addresses with the same masked form are those that node:net says share the prefix', () => {
  const withLength = anyAddress.chain((base) =>
    fc.record({
      base: fc.constant(base),
      length: fc.integer({ min: 0, max: 8 * base.bytes.length }),
      flip: fc.integer({ min: 0, max: 8 * base.bytes.length - 1 }),
    }),
  );
  fc.assert(
    fc.property(withLength, ({ base, length, flip }) => {
      const family = base.family === 4 ? 'ipv4' : 'ipv6';
      const prefix = { address: maskAddress(base, length), length };
      const other = { family: base.family, bytes: base.bytes.slice() };
      other.bytes[flip >> 3] = (other.bytes[flip >> 3] ?? 0) ^ (0x80 >> (flip & 7));
      const list = new BlockList();
      list.addSubnet(addressToText(prefix.address), length, family);
      const isInside = isDeepStrictEqual(maskAddress(other, length), prefix.address);
      assert.equal(isInside, list.check(addressToText(other), family));
      assert.deepEqual(parsePrefix(prefixToText(prefix)), prefix);
    }),
  );
});

function longForm(address: Address): string {
  return (Buffer.from(address.bytes).toString('hex').match(/..../g) ?? []).join(':');
}
