/** A policy that takes a large part of a sandbox's time with slow runs is a hog; one that is asked a lot is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneTime } from '../../../runtime/runner/lanes/lane-member.ts';

/** How many of these runs, all at one moment, pass before the version is found to be a hog. */
function runsUntilHog(micros: number, most: number): number {
  const time = new LaneTime();
  const now = performance.now();
  for (let runs = 1; runs <= most; runs += 1) if (time.isHog(micros, now)) return runs;
  return Number.POSITIVE_INFINITY;
}

test('Slow runs make a hog once they took a quarter of a second together', () => {
  assert.equal(runsUntilHog(50_000, 100), 6);
});

test('Quick runs never do, however many they are', () => {
  assert.equal(runsUntilHog(900, 2000), Number.POSITIVE_INFINITY);
});

test('After a second the count begins again', () => {
  const time = new LaneTime();
  const now = performance.now();
  for (let second = 0; second < 5; second += 1) {
    for (let run = 0; run < 5; run += 1) assert.equal(time.isHog(50_000, now + 1001 * second + 1), false);
  }
});
