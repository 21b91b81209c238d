/** How much of versions before the last good ones is kept. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { keepAll, openedVersions, versionOf } from './kept.ts';

test('Large versions are not kept, and many of some size only as far as there is room', async (context) => {
  const { store, earlier } = openedVersions(context);
  // In base64 these are 4.8 million characters, and compressed 3.6 million octets.
  const large = randomBytes(3_600_000).toString('base64');
  await keepAll(store, [
    versionOf(1, large),
    versionOf(2, `2${large}`),
    versionOf(3, `3${large}`),
    versionOf(4),
  ]);
  const versions = async () => (await earlier.list('example.com')).map(({ version }) => version);
  assert.deepEqual(await versions(), ['00000003', '00000002']);
  await keepAll(store, [versionOf(5, 'x'.repeat(17 * 2 ** 20)), versionOf(6)]);
  assert.deepEqual(await versions(), ['00000004', '00000003', '00000002']);
});
