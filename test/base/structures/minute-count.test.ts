/** A count of the last minute: against a list of moments, within a step of five seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinuteCount } from '../../../runtime/base/structures/minute-count.ts';

const BEGAN = Date.UTC(2026, 10, 30);

test('What happened in the last minute counts, and what was before does not', () => {
  const gaps = fc.array(fc.record({ afterMs: fc.nat(20_000), times: fc.nat(5) }), { maxLength: 200 });
  fc.assert(
    fc.property(gaps, (happened) => {
      const count = new MinuteCount();
      const moments: number[] = [];
      let now = BEGAN;
      count.perMinute(now);
      // Old enough that nothing is extrapolated.
      now += 60_000;
      count.perMinute(now);
      for (const { afterMs, times } of happened) {
        now += afterMs;
        count.perMinute(now);
        for (let left = times; left > 0; left--) {
          count.add();
          moments.push(now);
        }
        const seen = count.perMinute(now);
        const within = (ms: number) => moments.filter((moment) => now - moment < ms).length;
        assert.ok(
          seen >= within(55_000) && seen <= within(60_000),
          `${within(55_000)} ${seen} ${within(60_000)}`,
        );
      }
    }),
  );
});

test('A young count is what a minute of it would come to', () => {
  const count = new MinuteCount();
  count.perMinute(BEGAN);
  for (let left = 10; left > 0; left--) count.add();
  assert.equal(count.perMinute(BEGAN + 4999), 120);
  assert.equal(count.perMinute(BEGAN + 30_000), 20);
  assert.equal(count.perMinute(BEGAN + 59_999), (10 * 60_000) / 59_999);
  assert.equal(count.perMinute(BEGAN + 70_000), 0);
});

test('What is counted without a look is not lost', () => {
  const count = new MinuteCount();
  for (let left = 10; left > 0; left--) count.add();
  assert.equal(count.perMinute(BEGAN), 120);
  count.add();
  assert.equal(count.perMinute(BEGAN + 120_000), 0);
});

test('A clock that is put back begins anew', () => {
  const count = new MinuteCount();
  count.perMinute(BEGAN);
  for (let left = 10; left > 0; left--) count.add();
  assert.equal(count.perMinute(BEGAN + 5000), 120);
  assert.equal(count.perMinute(BEGAN - 3_600_000), 0);
  count.add();
  assert.equal(count.perMinute(BEGAN - 3_600_000), 12);
});
