/** A set of networks holds what one of them holds, and how far that is so is exact, whatever lies in or beside what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Address,
  addressToText,
  isInPrefix,
  maskAddress,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../../../runtime/base/net/ip.ts';
import { Borders, type NetworkSet } from '../../../runtime/base/net/network-set.ts';
import { networkSetOf } from '../../../runtime/base/net/network-set-builder.ts';

const prefix = (text: string): Prefix => parsePrefix(text) ?? assert.fail(text);
const address = (text: string): Address => parseAddress(text) ?? assert.fail(text);
const setOf = (...texts: readonly string[]): NetworkSet => networkSetOf(texts.map(prefix));

/** Few first and last octets, so that networks lie in each other, side by side, and at both ends of all addresses. */
const octet = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const addresses: fc.Arbitrary<Address> = fc.oneof(
  fc
    .array(octet, { minLength: 4, maxLength: 4 })
    .map((bytes): Address => ({ family: 4, bytes: Uint8Array.from(bytes) })),
  fc
    .array(octet, { minLength: 16, maxLength: 16 })
    .map((bytes): Address => ({ family: 6, bytes: Uint8Array.from(bytes) })),
);
const prefixes: fc.Arbitrary<Prefix> = fc
  .tuple(addresses, fc.integer({ min: 0, max: 128 }))
  .map(([of, bits]) => {
    const length = Math.min(bits, 8 * of.bytes.length);
    return { address: maskAddress(of, length), length };
  });

function isInOne(networks: readonly Prefix[], { family, bytes }: Address): boolean {
  return networks.some((network) => network.address.family === family && isInPrefix(bytes, network));
}

test('An address is inside where a network of the set has it', () => {
  fc.assert(
    fc.property(fc.array(prefixes, { maxLength: 12 }), fc.array(addresses), (networks, asked) => {
      const set = networkSetOf(networks);
      for (const one of [...asked, ...networks.map(({ address: first }) => first)])
        assert.equal(set.has(one), isInOne(networks, one), addressToText(one));
    }),
    { numRuns: 2000 },
  );
});

test('A prefix is as long as needed for all of it to be on one side, and no longer', () => {
  fc.assert(
    fc.property(fc.array(prefixes, { maxLength: 8 }), addresses, (networks, one) => {
      const set = networkSetOf(networks);
      const length = set.prefixLength(one);
      const borders = [...set.borders(one.family)];
      // Between two borders nothing changes: they, and the first address, are all that can differ.
      const isOther = (other: Address): boolean => set.has(other) !== set.has(one);
      const inside = (bits: number): Address[] => {
        const first = maskAddress(one, bits);
        return [first, ...borders.filter(({ bytes }) => isInPrefix(bytes, { address: first, length: bits }))];
      };
      assert.equal(inside(length).some(isOther), false);
      if (length > 0)
        assert.ok(inside(length - 1).some(isOther), `${addressToText(one)}/${length} could be wider`);
    }),
    { numRuns: 2000 },
  );
});

test('Networks side by side, and in one another, are one stretch', () => {
  const set = setOf('10.0.0.0/9', '10.128.0.0/9', '10.3.0.0/16', '192.0.2.7', '::ffff:192.0.2.0/127');
  assert.deepEqual([...set.borders(4)].map(addressToText), [
    '10.0.0.0',
    '11.0.0.0',
    '192.0.2.0',
    '192.0.2.2',
    '192.0.2.7',
    '192.0.2.8',
  ]);
  assert.deepEqual([...set.borders(6)], []);
});

test('A network may be all addresses, none, or the last of them', () => {
  assert.deepEqual([setOf().has(address('192.0.2.1')), setOf().prefixLength(address('::1'))], [false, 0]);
  const all = setOf('0.0.0.0/0', '255.255.255.255', '::/0');
  for (const text of ['0.0.0.0', '255.255.255.255', '::', 'ffff::1']) {
    assert.deepEqual([all.has(address(text)), all.prefixLength(address(text))], [true, 0], text);
  }
  const last = setOf('255.255.255.255', 'ffff:ffff:ffff:ffff::/64');
  assert.deepEqual(
    ['255.255.255.255', '255.255.255.254', 'ffff:ffff:ffff:ffff::1', 'ffff:ffff:ffff:fffe::'].map((text) => [
      last.has(address(text)),
      last.prefixLength(address(text)),
    ]),
    [
      [true, 32],
      [false, 32],
      [true, 64],
      [false, 64],
    ],
  );
});

test('An index changes no look-up, of few borders or of thousands, of one word or of four', () => {
  const word = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.constantFrom(0, 1, 0x2001_0db8, 2 ** 32 - 1),
  );
  const spacings = fc.integer({ min: 1, max: 3_000_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(1, 4),
      fc.constantFrom(10, 1023, 1024, 3000),
      spacings,
      word,
      fc.array(fc.array(word, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 20 }),
      (size, count, spacing, from, asked) => {
        const firsts = Array.from({ length: count }, (_, index) => (from + index * spacing) % 2 ** 32);
        firsts.sort((one, other) => one - other);
        const borders = [...new Set(firsts)];
        const words = Uint32Array.from(borders.flatMap((first) => (size === 1 ? [first] : [first, 1, 2, 3])));
        const [plain, indexed] = [new Borders(words, size), new Borders(words, size).index()];
        const near = borders.slice(0, 20).map((first) => [first, 1, 2, 3]);
        for (const one of [...asked, ...near]) {
          const bytes = new Uint8Array(4 * size);
          const view = new DataView(bytes.buffer);
          for (let at = 0; at < size; at += 1) view.setUint32(4 * at, one[at] ?? 0);
          assert.equal(indexed.before(bytes), plain.before(bytes));
          assert.equal(indexed.prefixLength(bytes), plain.prefixLength(bytes));
        }
      },
    ),
    { numRuns: 100 },
  );
});
