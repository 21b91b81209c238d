/** The Prometheus text format, read back by a strict parser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Exposition } from '../../../runtime/admin/metrics/exposition.ts';
import { BUCKET_BOUNDS, Histogram } from '../../../runtime/base/meter.ts';
import { parseExposition } from '../exposition-parser.ts';

test('Any label value survives, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const page = new Exposition();
      page.gauge('x', 'Help', [[{ label: value }, 1]]);
      const family = parseExposition(page.toString()).get('x');
      assert.deepEqual([...(family?.samples.keys() ?? [])], [`x{label=${JSON.stringify(value)}}`]);
    }),
  );
});

test('Help is one line', () => {
  const page = new Exposition();
  page.counter('x', 'One\nand \\ two', []);
  assert.equal(page.toString(), '# HELP x One\\nand \\\\ two\n# TYPE x counter\n');
});

test('Buckets are cumulative and end with all there is', () => {
  const histogram = new Histogram();
  for (const seconds of [0.000_01, 0.004, 0.004, 2]) histogram.observe(seconds);
  const page = new Exposition();
  page.histogram('x_seconds', 'Help', histogram.data());
  const samples = parseExposition(page.toString()).get('x_seconds')?.samples;
  assert.ok(samples);
  assert.equal(samples.get('x_seconds_bucket{le="0.00005"}'), 1);
  assert.equal(samples.get('x_seconds_bucket{le="0.005"}'), 3);
  assert.equal(samples.get('x_seconds_bucket{le="1"}'), 3);
  assert.equal(samples.get('x_seconds_bucket{le="+Inf"}'), 4);
  assert.equal(samples.get('x_seconds_count{}'), 4);
  assert.ok(Math.abs((samples.get('x_seconds_sum{}') ?? 0) - 2.008_01) < 1e-9);
  assert.equal(samples.size, BUCKET_BOUNDS.length + 3);
});
