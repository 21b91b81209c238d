/** Waiting with a limit. */
import assert from 'node:assert/strict';
import { getActiveResourcesInfo } from 'node:process';
import { test } from 'node:test';
import { endsWithin, within } from '../../runtime/base/within.ts';

const FOR_EVER = new Promise<never>(() => {});
const LONG_MS = 600_000;

function timers(): number {
  return getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

test('What is there in time is had at once, and no timer is left', async () => {
  const before = timers();
  assert.equal(await within(LONG_MS, Promise.resolve('value')), 'value');
  assert.equal(await endsWithin(LONG_MS, Promise.resolve()), true);
  assert.equal(timers(), before);
});

test('What takes longer is not waited for', async () => {
  assert.equal(await within(1, FOR_EVER), undefined);
  assert.equal(await endsWithin(1, FOR_EVER), false);
});

test('A failure is thrown on, and no timer is left', async () => {
  const before = timers();
  await assert.rejects(within(LONG_MS, Promise.reject(new Error('Boom'))), /Boom/);
  await assert.rejects(endsWithin(LONG_MS, Promise.reject(new Error('Boom'))), /Boom/);
  assert.equal(timers(), before);
});

test('A failure after the limit is nobody’s', async () => {
  const late = Promise.withResolvers<void>();
  assert.equal(await endsWithin(1, late.promise), false);
  late.reject(new Error('Boom'));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
});
