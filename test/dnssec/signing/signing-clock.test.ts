/** The clock of signatures, when that of the system is set. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signingClock } from '../../../runtime/dnssec/signing/signing-clock.ts';

test('A clock that is set back is not followed, one that leaps ahead is, and back again', () => {
  const DAY = 86_400_000;
  let [wall, steady] = [1_790_000_000_000, 5000];
  const clock = signingClock(
    () => wall,
    () => steady,
  );
  const pass = (ms: number): void => {
    wall += ms;
    steady += ms;
  };
  assert.equal(clock(), 1_790_000_000);
  pass(10_000);
  wall -= 2000;
  assert.equal(clock(), 1_790_000_008);
  wall -= 365 * DAY;
  pass(1000);
  assert.equal(clock(), 1_790_000_011);
  wall += 730 * DAY;
  assert.equal(clock(), Math.floor(wall / 1000));
  wall -= 365 * DAY;
  assert.equal(clock(), Math.floor(wall / 1000));
  assert.equal(clock(), 1_790_000_009);
});
