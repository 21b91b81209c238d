/** What Linux tells of a process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { computedMs, isStopped, residentBytes } from '../../../runtime/base/process/process-usage.ts';
import { until } from '../../support/until.ts';

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

test('A process that was stopped is told from one that waits', options, async () => {
  const child = spawn('sleep', ['60']);
  const { pid = 0 } = child;
  assert.equal(isStopped(pid), false);
  child.kill('SIGSTOP');
  await until(
    async () => isStopped(pid),
    (stopped) => stopped,
  );
  child.kill('SIGKILL');
});

test('Nothing is known of a process that is not there', () => {
  assert.equal(residentBytes(0), undefined);
  assert.equal(computedMs(0), undefined);
  assert.equal(isStopped(0), false);
});
