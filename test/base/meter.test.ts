/** Counting is exact, and merging histograms is the same as having observed everything in one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BUCKET_BOUNDS, Histogram, mergeHistograms } from '../../runtime/base/meter.ts';

test('Bucket bounds ascend and hold the default budget and deadline', () => {
  assert.deepEqual(
    BUCKET_BOUNDS,
    BUCKET_BOUNDS.toSorted((a, b) => a - b),
  );
  assert.ok(BUCKET_BOUNDS.includes(0.005) && BUCKET_BOUNDS.includes(0.05));
});

test('A bound belongs to the bucket below it, as Prometheus has it (le)', () => {
  const histogram = new Histogram();
  histogram.observe(0.005);
  histogram.observe(0.005_001);
  const { counts } = histogram.data();
  assert.equal(counts[BUCKET_BOUNDS.indexOf(0.005)], 1);
  assert.equal(counts[BUCKET_BOUNDS.indexOf(0.005) + 1], 1);
});

test('What is beyond the last bound is counted too', () => {
  const histogram = new Histogram();
  histogram.observe(60);
  assert.equal(histogram.data().counts.at(-1), 1);
  assert.equal(histogram.data().sum, 60);
});

test('Merged histograms equal one that saw everything', () => {
  const seconds = fc.array(fc.integer({ min: 0, max: 2_000_000 }).map((micros) => micros / 1e6));
  fc.assert(
    fc.property(fc.array(seconds), (parts) => {
      const all = new Histogram();
      const merged = mergeHistograms(
        parts.map((part) => {
          const histogram = new Histogram();
          for (const value of part) {
            histogram.observe(value);
            all.observe(value);
          }
          return histogram.data();
        }),
      );
      assert.deepEqual(merged.counts, all.data().counts);
      assert.ok(Math.abs(merged.sum - all.data().sum) < 1e-6);
    }),
  );
});
