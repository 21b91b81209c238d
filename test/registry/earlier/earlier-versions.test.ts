/** Versions before the last good ones: those whose place another takes are kept, as many as there is room for. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { keepAll, openedVersions as opened, versionOf } from './kept.ts';

test('The version before is kept, also that of the process before, and is read as it was', async (context) => {
  const { store, open, earlier, folder } = opened(context);
  await keepAll(store, [versionOf(1), versionOf(2)]);
  await keepAll(open(), [versionOf(3)]);
  const told = await earlier.list('example.com');
  assert.deepEqual(
    told.map(({ version }) => version),
    ['00000002', '00000001'],
  );
  for (const hour of [1, 2])
    assert.deepEqual(await earlier.read('example.com', versionOf(hour)), versionOf(hour));
  assert.equal(await earlier.read('example.com', versionOf(7)), undefined);
  assert.deepEqual(await earlier.list('example.net'), []);
  for (const inside of ['', 'example.com'])
    assert.equal(statSync(path.join(folder, inside)).mode & 0o777, 0o700);
});

test('Five are kept, and one that goes live again is no earlier version', async (context) => {
  const { store, earlier } = opened(context);
  await keepAll(
    store,
    [1, 2, 3, 4, 5, 6, 7, 8].map((hour) => versionOf(hour)),
  );
  const versions = async () =>
    (await earlier.list('example.com')).map(({ since }) => (since - 1_700_000_000_000) / 3_600_000);
  assert.deepEqual(await versions(), [7, 6, 5, 4, 3]);
  await keepAll(store, [{ ...versionOf(9), version: '00000005' }]);
  assert.deepEqual(await versions(), [8, 7, 6, 4, 3]);
  await keepAll(store, [versionOf(10, 'again()', '0000000a'), { ...versionOf(11), version: '00000005' }]);
  assert.deepEqual(await versions(), [10, 8, 7, 6, 4]);
});

test('A version of which the files say the same is none', async (context) => {
  const { store, earlier } = opened(context);
  await keepAll(store, [versionOf(1, 'same()'), versionOf(2, 'same()'), versionOf(2, 'same()')]);
  assert.deepEqual(await earlier.list('example.com'), []);
});

test('What is torn is not read, what is no version is removed, and what is of no zone as well', async (context) => {
  const { store, earlier, folder, lines } = opened(context);
  await keepAll(store, [versionOf(1), versionOf(2)]);
  const inside = path.join(folder, 'example.com');
  const [name = ''] = readdirSync(inside);
  const octets = readFileSync(path.join(inside, name));
  for (const length of [0, 10, octets.length - 1]) {
    writeFileSync(path.join(inside, name), octets.subarray(0, length));
    assert.equal(await earlier.read('example.com', versionOf(1)), undefined, `${length} octets`);
  }
  writeFileSync(path.join(inside, 'a.tmp'), '');
  mkdirSync(path.join(folder, 'gone.example'));
  await keepAll(store, [versionOf(3)]);
  assert.ok(!readdirSync(inside).includes('a.tmp'));
  store.prune(new Set());
  await store.flush();
  assert.deepEqual(readdirSync(folder).sort(), ['example.com', 'gone.example']);
  store.prune(new Set(['example.com']));
  await store.flush();
  assert.deepEqual(readdirSync(folder), ['example.com']);
  assert.deepEqual(lines, []);
});

test('Where they cannot be kept, the last good version is all the same', async (context) => {
  const { store, open, folder, lines } = opened(context);
  mkdirSync(path.dirname(folder), { recursive: true });
  writeFileSync(folder, 'no folder');
  await keepAll(store, [versionOf(1), versionOf(2)]);
  assert.equal((await open().read('example.com'))?.version, '00000002');
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /The version before is not kept: it is no folder/);
});
