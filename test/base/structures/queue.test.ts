/** The queue of requests keeps its order through any sequence of use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PendingLoad } from '../../runtime/runner/held-policy.ts';
import { RequestQueue } from '../../runtime/runner/request-queue.ts';
import { heldPolicy } from './held-policy.ts';

const policy = heldPolicy('a');

function request(id: number): PendingLoad {
  return {
    kind: 'load',
    policy,
    id,
    since: 0,
    allowanceMs: 5,
    stopMs: 5,
    evidence: undefined,
    hasOffended: false,
  };
}

function idsIn(queue: RequestQueue<PendingLoad>): number[] {
  const ids: number[] = [];
  queue.forEach(({ id }) => {
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
      const queue = new RequestQueue<PendingLoad>();
      let model: number[] = [];
      for (const [id, step] of sequence.entries()) {
        if (step === 'push') {
          queue.push(request(id));
          model.push(id);
        } else if (step === 'drain') {
          assert.deepEqual(
            queue.drain().map((drained) => drained.id),
            model,
          );
          model = [];
        } else if (model.length > 0) {
          model.shift();
          assert.equal(queue.advance()?.id, model[0]);
        }
        assert.equal(queue.size, model.length);
        assert.equal(queue.oldest?.id, model[0]);
      }
      assert.deepEqual(idsIn(queue), model);
    }),
    { numRuns: 30 },
  );
});

test('A queue that never runs empty does not keep what has left', () => {
  const queue = new RequestQueue<PendingLoad>();
  queue.push(request(0));
  for (let id = 1; id < 10_000; id += 1) {
    queue.push(request(id));
    queue.advance();
  }
  assert.deepEqual(idsIn(queue), [9_999]);
});
