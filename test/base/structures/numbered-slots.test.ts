/** A table finds what was claimed last, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NumberedSlots } from '../../../runtime/base/structures/numbered-slots.ts';

const number = fc.integer({ min: 0, max: 5 });
const numbers = fc.tuple(fc.integer({ min: 1, max: 3 }), number, number);

test('Numbers are found while no others have claimed their slot', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 40 }), numbers, (claimed, asked) => {
      const slots = new NumberedSlots(16);
      const last = new Map<number, string>();
      for (const each of claimed) last.set(slots.claim(...each), each.join());
      const found = slots.find(...asked);
      const expected = [...last].find(([, each]) => each === asked.join())?.[0] ?? -1;
      assert.equal(found, expected);
    }),
  );
});

test('Neighbours do not displace each other, and each owner has a number of its own', () => {
  const slots = new NumberedSlots(8);
  const [owner, other] = [slots.enter(), slots.enter()];
  assert.notEqual(owner, other);
  const claimed = Array.from({ length: 8 }, (_, key) => slots.claim(owner, key, 1));
  assert.equal(new Set(claimed).size, 8);
  for (const [key, slot] of claimed.entries()) assert.equal(slots.find(owner, key, 1), slot);
  assert.equal(slots.find(other, 0, 1), -1);
});
