/** Files that change in one step. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import {
  createFile,
  createFiles,
  replaceFile,
  syncFolder,
  writeInFolder,
} from '../../../runtime/base/files/replace-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-replace-'));
after(() => rmSync(folder, { recursive: true }));

test('A file holds what it was given last, part after part, for its owner alone, from the time given', async () => {
  const file = path.join(folder, 'kept');
  await replaceFile(file, [Buffer.from('old')]);
  await replaceFile(file, [Buffer.from('n'), Buffer.from('ew')], { modifiedAt: 1_000_000_000_000 });
  assert.equal(readFileSync(file, 'utf8'), 'new');
  const { mode, mtimeMs } = statSync(file);
  assert.deepEqual([mode & 0o777, mtimeMs], [0o600, 1_000_000_000_000]);
});

test('A file that others read too can be opened by them', async () => {
  const file = path.join(folder, 'for others');
  const umask = process.umask(0o022);
  try {
    await replaceFile(file, [Buffer.from('open')], { readers: 'others' });
  } finally {
    process.umask(umask);
  }
  assert.equal(statSync(file).mode & 0o777, 0o644);
});

test('A new file takes the place of no other, and leaves no draft', async () => {
  const file = path.join(folder, 'new');
  await createFile(file, [Buffer.from('first')]);
  await assert.rejects(createFile(file, [Buffer.from('second')]), { code: 'EEXIST' });
  assert.equal(readFileSync(file, 'utf8'), 'first');
  assert.equal(statSync(file).nlink, 1);
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.tmp')));
});

test('Where it cannot take its name, the error is told and no draft is left', async () => {
  const taken = path.join(folder, 'taken');
  mkdirSync(path.join(taken, 'inside'), { recursive: true });
  await assert.rejects(replaceFile(taken, [Buffer.from('new')]), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('Many wait for a folder together, but nobody for a time that began before their own file', async () => {
  const first = syncFolder(folder);
  const [second, third] = [syncFolder(folder), syncFolder(folder)];
  await first;
  // It goes on now, and may not see what comes.
  const fourth = syncFolder(folder);
  assert.ok(fourth !== second);
  assert.equal(second, third);
  await Promise.all([second, third, fourth]);
  const missing = path.join(folder, 'missing');
  const all = await Promise.allSettled([syncFolder(missing), syncFolder(missing), syncFolder(missing)]);
  assert.deepEqual(new Set(all.map(({ status }) => status)), new Set(['rejected']));
  mkdirSync(missing);
  await syncFolder(missing);
});

test('A folder that is missing is made for what writes into it', async () => {
  const place = path.join(folder, 'a', 'b');
  await writeInFolder(place, () => createFile(path.join(place, 'file'), [Buffer.from('x')]));
  assert.equal(readFileSync(path.join(place, 'file'), 'utf8'), 'x');
  await assert.rejects(
    writeInFolder(place, () => createFile(path.join(place, 'file'), [])),
    {
      code: 'EEXIST',
    },
  );
});

test('Of files that are made together there are all or none, and no drafts', async () => {
  const place = path.join(folder, 'together');
  mkdirSync(place);
  const filesOf = (...names: string[]) =>
    names.map((name) => ({ file: path.join(place, name), parts: [Buffer.from(name)] }));
  await createFiles(filesOf('a', 'b'));
  await assert.rejects(createFiles(filesOf('c', 'b', 'd')), { code: 'EEXIST' });
  assert.deepEqual(readdirSync(place).sort(), ['a', 'b']);
  assert.equal(readFileSync(path.join(place, 'b'), 'utf8'), 'b');
  const missing = { file: path.join(place, 'missing', 'f'), parts: [] };
  await assert.rejects(createFiles([...filesOf('e'), missing]), { code: 'ENOENT' });
  assert.deepEqual(readdirSync(place).sort(), ['a', 'b']);
});
