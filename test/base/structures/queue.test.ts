/** A queue keeps its order through any sequence of use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Queue } from '../../../runtime/base/structures/queue.ts';

function idsIn(queue: Queue<number>): number[] {
  const ids: number[] = [];
  queue.forEach((id) => {
    ids.push(id);
  });
  return ids;
}

test('The queue behaves like an array that is shifted', () => {
  const steps = fc.array(
    fc.oneof(
      { arbitrary: fc.constant('push'), weight: 3 },
      { arbitrary: fc.constant('advance'), weight: 2 },
      fc.constant('drain'),
    ),
    { maxLength: 600, size: 'max' },
  );
  fc.assert(
    fc.property(steps, (sequence) => {
      const queue = new Queue<number>();
      let model: number[] = [];
      for (const [id, step] of sequence.entries()) {
        if (step === 'push') {
          queue.push(id);
          model.push(id);
        } else if (step === 'drain') {
          assert.deepEqual(queue.drain(), model);
          model = [];
        } else if (model.length > 0) {
          model.shift();
          assert.equal(queue.advance(), model[0]);
        }
        assert.equal(queue.size, model.length);
        assert.equal(queue.oldest, model[0]);
      }
      assert.deepEqual(idsIn(queue), model);
    }),
    { numRuns: 30 },
  );
});

test('A queue that never runs empty does not keep what has left', () => {
  const queue = new Queue<number>();
  queue.push(0);
  for (let id = 1; id < 10_000; id += 1) {
    queue.push(id);
    queue.advance();
  }
  assert.deepEqual(idsIn(queue), [9_999]);
});
