/** What waits to be tried again takes no more memory than it may. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Backlog } from '../../../runtime/base/structures/backlog.ts';

test('The latest of each name waits, as far as all of them fit', () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    octets: fc.integer({ min: 0, max: 60 }),
    isDone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const backlog = new Backlog<number>(100);
      const expected = new Map<string, readonly [what: number, octets: number]>();
      for (const [what, { name, octets, isDone }] of steps.entries()) {
        expected.delete(name);
        const sum = [...expected.values()].reduce((all, [, one]) => all + one, octets);
        if (!isDone && sum <= 100) expected.set(name, [what, octets]);
        if (isDone) backlog.delete(name);
        else backlog.add(name, what, octets);
      }
      assert.deepEqual(
        backlog.takeAll(),
        [...expected].map(([name, [what]]) => [name, what]),
      );
      assert.deepEqual(backlog.takeAll(), []);
    }),
  );
});
