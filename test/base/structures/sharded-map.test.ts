/** To its users it is a map, whatever whole numbers are its keys. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ShardedMap } from '../../../runtime/base/structures/sharded-map.ts';

test('It holds what a map holds', () => {
  const key = fc.oneof(fc.nat({ max: 600 }), fc.constantFrom(2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER));
  const change = fc.record({ key, value: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
      const [map, sharded] = [new Map<number, number>(), new ShardedMap<number>()];
      for (const { key: of, value } of changes) {
        if (value === null) {
          map.delete(of);
          sharded.delete(of);
        } else {
          map.set(of, value);
          sharded.set(of, value);
        }
        for (const { key: one } of changes) assert.equal(sharded.get(one), map.get(one));
      }
    }),
  );
});
