/** Equal octets have one index, different ones have different ones, in the order in which they came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OctetsIndex } from '../../../runtime/base/structures/octets-index.ts';

test('The index is that of the first equal octets among all different ones', () => {
  const octets = fc.uint8Array({ maxLength: 3, max: 2 });
  fc.assert(
    fc.property(fc.array(octets, { maxLength: 200 }), (given) => {
      const index = new OctetsIndex();
      const different: string[] = [];
      for (const one of given) {
        const key = one.join();
        if (!different.includes(key)) different.push(key);
        assert.equal(index.add(one), different.indexOf(key));
      }
    }),
  );
});
