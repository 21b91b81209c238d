/** The lists of a policy come to answer processes as the compiler has read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress, parsePrefix } from '../../../runtime/base/net/ip.ts';
import { networkSetOf } from '../../../runtime/base/net/network-set-builder.ts';
import {
  decodeNetworkLists,
  encodeNetworkLists,
  listsWith,
  NO_LISTS,
} from '../../../runtime/rpc/facts/network-lists.ts';

const address = (text: string) => parseAddress(text) ?? assert.fail(text);
const setOf = (...texts: readonly string[]) =>
  networkSetOf(texts.map((text) => parsePrefix(text) ?? assert.fail(text)));
const networks = fc.array(
  fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  ),
);

test('Lists come out as they went in, whatever they are called', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), networks), (written) => {
      const lists = new Map(
        Object.entries(written).map(([name, all]) => {
          // Mapped addresses count the bits of IPv4 apart, and are no matter here.
          const sound = all
            .map(([first, length]) => parsePrefix(`${first}/${length}`))
            .filter((one) => one !== undefined);
          return [name, networkSetOf(sound)] as const;
        }),
      );
      const read = decodeNetworkLists(encodeNetworkLists(lists));
      assert.deepEqual([...read.keys()], [...lists.keys()]);
      for (const [name, { words }] of lists) assert.deepEqual(read.get(name)?.words, words);
    }),
  );
});

test('A policy without lists has no octets for them', () => {
  assert.equal(encodeNetworkLists(NO_LISTS).length, 0);
  assert.equal(decodeNetworkLists(new Uint8Array(0)).size, 0);
});

test('The lists are told that have an address', () => {
  const lists = new Map([
    ['a.txt', setOf('10.0.0.0/8')],
    ['b.csv', setOf('2001:db8::/32')],
    ['c.txt', setOf('10.1.0.0/16')],
  ]);
  assert.deepEqual(listsWith(address('10.1.2.3'), lists), ['a.txt', 'c.txt']);
  assert.deepEqual(listsWith(address('2001:db8::1'), lists), ['b.csv']);
  assert.deepEqual(listsWith(address('192.0.2.1'), lists), []);
});
