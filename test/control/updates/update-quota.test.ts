/** How often a key may ask: those of a minute at once, large updates counted as several. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpdateRate } from '../../../runtime/control/updates/update-quota.ts';

const MINUTE_MS = 60_000;

/** How many updates of so many records a key has at once. */
function atOnce(records: number, perMinute: number): number {
  const rate = new UpdateRate();
  let count = 0;
  while (rate.judge('key', records, perMinute, 0) === 'allowed') count += 1;
  return count;
}

test('An update counts once, and once more for every hundred records', () => {
  assert.equal(atOnce(1, 30), 30);
  assert.equal(atOnce(99, 30), 30);
  assert.equal(atOnce(100, 30), 15);
  assert.equal(atOnce(900, 30), 3);
  // However large it is, one of a minute is carried out.
  assert.equal(atOnce(1_000_000, 30), 1);
});

test('A minute brings as many again; keys do not count for each other; a denial is told once a minute', () => {
  const rate = new UpdateRate();
  const judge = (key: string, now: number) => rate.judge(key, 1, 2, now);
  assert.deepEqual([judge('a', 0), judge('a', 0), judge('a', 0)], ['allowed', 'allowed', 'denied']);
  assert.equal(judge('a', 1), 'denied-again');
  assert.equal(judge('b', 1), 'allowed');
  assert.equal(judge('a', MINUTE_MS / 2 + 1), 'allowed');
  assert.equal(judge('a', MINUTE_MS / 2 + 2), 'denied-again');
  assert.equal(judge('a', MINUTE_MS + 2), 'allowed');
  assert.equal(judge('a', MINUTE_MS + 3), 'denied');
});
