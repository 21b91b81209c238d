/** The watcher against a real folder, changed in the ways that folders are. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../../../runtime/base/log.ts';
import type { FolderContent } from '../../../runtime/registry/folder/content.ts';
import { FolderWatch } from '../../../runtime/registry/folder/watch.ts';
import { atEnd } from '../../support/at-end.ts';
import { type Folder, makeFolder } from '../../support/policies-folder.ts';

interface Watched {
  readonly watch: FolderWatch;
  /** What was there at the start. */
  readonly first: FolderContent;
  /** Names of the files after the next change; ask before what causes it, or right after. */
  readonly next: () => Promise<string[]>;
  /** Every change so far. */
  readonly seen: FolderContent[];
}

async function watching(context: TestContext, root: string): Promise<Watched> {
  const changes = new EventEmitter();
  const seen: FolderContent[] = [];
  const onChange = async (content: FolderContent): Promise<void> => {
    seen.push(content);
    changes.emit('change', content);
  };
  const watch = new FolderWatch({ root, log: silentLogger(), onChange });
  atEnd(context, () => watch.stop());
  const first = await watch.start();
  const next = async (): Promise<string[]> => {
    const [content] = (await once(changes, 'change')) as [FolderContent];
    return [...content.keys()].sort();
  };
  return { watch, first, next, seen };
}

async function watched(
  context: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<Watched & Folder> {
  const folder = makeFolder(context, files);
  return { ...folder, ...(await watching(context, folder.root)) };
}

test('A new file, a changed one and a deleted one are seen', async (context) => {
  const { write, remove, next, seen } = await watched(context, { 'a.example.ts': '1' });
  write('b.example.ts', '1');
  assert.deepEqual(await next(), ['a.example.ts', 'b.example.ts']);
  write('a.example.ts', '2');
  await next();
  assert.notEqual(seen[1]?.get('a.example.ts')?.hash, seen[0]?.get('a.example.ts')?.hash);
  remove('a.example.ts');
  assert.deepEqual(await next(), ['b.example.ts']);
});

test('Touching a file, or writing what is there already, is no change', async (context) => {
  const { write, watch, next, seen } = await watched(context, { 'a.example.ts': '1' });
  write('a.example.ts', '1');
  await watch.look();
  write('b.example.ts', '1');
  await next();
  assert.equal(seen.length, 1);
});

test('A change that leaves size and modification time as they were is seen', async (context) => {
  const { write, watch, seen } = await watched(context, { 'a.example.ts': '1' });
  for (const text of ['2', '3', '4', '5']) {
    write('a.example.ts', text);
    await watch.look();
  }
  assert.equal(new Set(seen.map((content) => content.get('a.example.ts')?.hash)).size, 4);
});

test('A burst of changes is one change', async (context) => {
  const { write, next, seen } = await watched(context, {});
  for (let index = 0; index < 50; index += 1) write(`zone${index}.example.ts`, '1');
  assert.equal((await next()).length, 50);
  assert.equal(seen.length, 1);
});

test('A file that was made at its place is told from one that was renamed into it', async (context) => {
  const { root, parent, write, remove, next, seen } = await watched(context, { 'a.example.zone': '1' });
  write('b.example.zone', '1');
  await next();
  const isMadeHere = () => seen.at(-1)?.get('a.example.zone')?.madeHere !== undefined;
  remove('a.example.zone');
  write('a.example.zone', 'made');
  await next();
  assert.ok(isMadeHere());
  for (const text of ['renamed', 'renamed again']) {
    writeFileSync(path.join(parent, 'new'), text);
    renameSync(path.join(parent, 'new'), path.join(root, 'a.example.zone'));
    await next();
    assert.ok(!isMadeHere());
  }
});

test('A file that an editor removes and writes anew is never seen as gone', async (context) => {
  const { root, write, watch, seen } = await watched(context, { 'a.example.ts': '1' });
  renameSync(path.join(root, 'a.example.ts'), path.join(root, 'a.example.ts~'));
  const looking = watch.look();
  write('a.example.ts', '2');
  await looking;
  await watch.look();
  assert.ok(seen.every((content) => content.has('a.example.ts')));
  assert.equal(seen.length, 1);
});

test('A folder that is moved away changes nothing until another takes its place', async (context) => {
  const { root, parent, write, watch, next, seen } = await watched(context, {
    'a.example.ts': '1',
    'team/b.example.ts': '1',
  });
  renameSync(root, path.join(parent, 'aside'));
  await watch.look();
  mkdirSync(root);
  await watch.look();
  assert.equal(seen.length, 0, 'neither gone nor empty counts');
  const change = next();
  cpSync(path.join(parent, 'aside/a.example.ts'), path.join(root, 'a.example.ts'));
  assert.deepEqual(await change, ['a.example.ts']);
  write('c.example.ts', '1');
  assert.deepEqual(await next(), ['a.example.ts', 'c.example.ts'], 'the new folder is watched');
});

test('A folder that is replaced in one step is seen at once', async (context) => {
  const { root, parent, next } = await watched(context, { 'a.example.ts': '1' });
  cpSync(root, path.join(parent, 'fresh'), { recursive: true });
  const fresh = makeFolder(context, { 'a.example.ts': '2', 'b.example.ts': '1' });
  const change = next();
  renameSync(root, path.join(parent, 'aside'));
  renameSync(fresh.root, root);
  assert.deepEqual(await change, ['a.example.ts', 'b.example.ts']);
});

test('A ConfigMap update, a swap of a link that all files go through, is seen', async (context) => {
  const folder = makeFolder(context, { '..v1/a.example.ts': '1', '..v2/a.example.ts': '2' });
  symlinkSync('..v1', path.join(folder.root, '..data'));
  symlinkSync('..data/a.example.ts', path.join(folder.root, 'a.example.ts'));
  const { first, next, seen } = await watching(context, folder.root);
  const change = next();
  symlinkSync('..v2', path.join(folder.root, '..data_tmp'));
  renameSync(path.join(folder.root, '..data_tmp'), path.join(folder.root, '..data'));
  assert.deepEqual(await change, ['a.example.ts']);
  assert.notEqual(seen[0]?.get('a.example.ts')?.hash, first.get('a.example.ts')?.hash);
});

test('A folder that is a link is followed, to another folder too', async (context) => {
  const one = makeFolder(context, { 'a.example.ts': '1' });
  const two = makeFolder(context, { 'b.example.ts': '1' });
  const link = path.join(one.parent, 'current');
  symlinkSync(one.root, link);
  const { next } = await watching(context, link);
  one.write('c.example.ts', '1');
  assert.deepEqual(await next(), ['a.example.ts', 'c.example.ts']);
  symlinkSync(two.root, `${link}.new`);
  renameSync(`${link}.new`, link);
  assert.deepEqual(await next(), ['b.example.ts']);
  two.write('d.example.ts', '1');
  assert.deepEqual(await next(), ['b.example.ts', 'd.example.ts']);
});

test('Links that turn in circles end, and links out of the folder are not followed', async (context) => {
  const { root, parent, watch, seen } = await watched(context, { 'team/a.example.ts': '1' });
  mkdirSync(path.join(parent, 'elsewhere'));
  symlinkSync('..', path.join(root, 'team/up'));
  symlinkSync('team', path.join(root, 'other'));
  symlinkSync('../elsewhere', path.join(root, 'out'));
  await watch.look();
  assert.deepEqual([...(seen[0]?.keys() ?? [])].sort(), ['other/a.example.ts', 'team/a.example.ts']);
});

test('A folder that is not there at the start is an error of the operator', async (context) => {
  const { root } = makeFolder(context);
  rmSync(root, { recursive: true });
  const watch = new FolderWatch({ root, log: silentLogger(), onChange: async () => {} });
  await assert.rejects(watch.start(), { code: 'START' });
});
