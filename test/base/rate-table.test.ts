/** Rates of many accounts, held in fixed memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateTable } from '../../runtime/base/rate-table.ts';
import { seededRandom } from '../answer/world.ts';

/** Uses at one moment that are within the rate. */
function granted(table: RateTable, hash: number, now: number, uses: number): number {
  return Array.from({ length: uses }, () => table.use(hash, now)).filter((times) => times === 0).length;
}

test('An account has a second worth of its rate at once, and its rate from then on', () => {
  const table = new RateTable(5, 0);
  assert.equal(granted(table, 1 << 20, 0, 20), 5);
  assert.equal(granted(table, 1 << 20, 1000, 20), 5);
  assert.equal(granted(table, 1 << 20, 1200, 20), 1);
  assert.equal(granted(table, 1 << 20, 60_000, 20), 5);
});

test('Who overdraws waits until that is made good, and no longer than the window', () => {
  const table = new RateTable(10, 3);
  granted(table, 7 << 15, 0, 1000);
  assert.equal(granted(table, 7 << 15, 2900, 1), 0);
  assert.equal(granted(table, 7 << 15, 3900, 1), 1);
});

test('Refusals are counted for each account', () => {
  const table = new RateTable(1, 1);
  assert.deepEqual(
    Array.from({ length: 4 }, () => table.use(0, 0)),
    [0, 1, 2, 3],
  );
  assert.equal(table.use(1 << 28, 0), 0);
});

test('Ten thousand busy accounts hold back hardly anybody else', () => {
  const table = new RateTable(1, 100);
  const random = seededRandom(1);
  const hash = (): number => (random() * 2 ** 32) | 0;
  for (let busy = 0; busy < 10_000; busy += 1) granted(table, hash(), 0, 5);
  const others = Array.from({ length: 10_000 }, () => table.use(hash(), 0)).filter(
    (times) => times > 0,
  ).length;
  assert.ok(others < 200, `${others} of 10 000 were held back`);
});
