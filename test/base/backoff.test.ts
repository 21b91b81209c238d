/** Pauses double up to a limit and start over after a success. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../runtime/base/backoff.ts';

test('Pauses double up to the longest', () => {
  const backoff = new Backoff({ firstMs: 100, mostMs: 500 });
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => backoff.next()),
    [100, 200, 400, 500, 500],
  );
});

test('A success makes the next pause short again', () => {
  const backoff = new Backoff({ firstMs: 100 });
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 100);
});
