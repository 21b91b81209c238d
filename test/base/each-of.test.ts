/** Work on many things is done on a few at a time, in their order, and all of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { eachOf } from '../../runtime/base/each-of.ts';

test('Each item is worked on once, in order, and never more than so many at a time', async () => {
  const turns = fc.array(fc.nat({ max: 3 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 5 }), async (items, width) => {
      const begun: number[] = [];
      let [now, most] = [0, 0];
      const indexed = items.map((turns, index) => ({ turns, index }));
      await eachOf(indexed, width, async ({ turns, index }) => {
        begun.push(index);
        now += 1;
        most = Math.max(most, now);
        for (let turn = 0; turn < turns; turn += 1) await nextTurn();
        now -= 1;
      });
      assert.deepEqual(begun, [...items.keys()]);
      assert.equal(now, 0);
      assert.ok(most <= width);
    }),
    { numRuns: 50 },
  );
});

test('Work that fails is heard of', async () => {
  const work = (item: number): Promise<void> =>
    item === 2 ? Promise.reject(new Error('no')) : Promise.resolve();
  await assert.rejects(eachOf([1, 2, 3], 2, work), /no/);
});
