/** What Linux tells of a process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computedMs, residentBytes } from '../../runtime/policy/process-usage.ts';

const options = { skip: process.platform !== 'linux' && 'only Linux tells' };

test('Computing is counted', options, () => {
  const before = computedMs(process.pid);
  const until = performance.now() + 30;
  while (performance.now() < until);
  const after = computedMs(process.pid);
  assert.ok(before !== undefined && after !== undefined && after > before);
});

test('Memory is told in octets', options, () => {
  const bytes = residentBytes(process.pid) ?? 0;
  const { rss } = process.memoryUsage();
  assert.ok(bytes > rss / 2 && bytes < rss * 2, `${bytes} for ${rss}`);
});

test('Nothing is known of a process that is not there', () => {
  assert.equal(residentBytes(0), undefined);
  assert.equal(computedMs(0), undefined);
});
