/** A scan of a folder that somebody filled to keep it busy. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FolderScanner, MOST_DEPTH, type Scan } from '../../../runtime/registry/folder/scan.ts';
import { makeFolder } from '../../support/policies-folder.ts';

function good(scan: Scan): Extract<Scan, { ok: true }> {
  assert.ok(scan.ok);
  return scan;
}

function namesIn(scan: Scan): string[] {
  return [...good(scan).files.keys()].sort();
}

test('Of a folder with too many files the rest is left out, and told; other folders are seen whole', (context) => {
  const { root, write } = makeFolder(context, { 'own.example.ts': '1', 'other/z.example.ts': '1' });
  for (let index = 0; index < 60; index += 1) write(`crowd/${index}`, '');
  const scanner = new FolderScanner(root, { mostEntries: 50 });
  const scan = good(scanner.scan());
  assert.deepEqual(scan.problems, [
    'Folder crowd holds more than 50 files, folders and links: those beyond are not looked at',
  ]);
  assert.equal(scan.files.size, 52);
  write('other/z.example.ts', '2');
  assert.notEqual(
    good(scanner.scan()).files.get('other/z.example.ts')?.hash,
    scan.files.get('other/z.example.ts')?.hash,
  );
});

test('Folders that link to each other multiply up to a bound', (context) => {
  const { root } = makeFolder(context, { 'own.example.ts': '1' });
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  for (const name of names) mkdirSync(path.join(root, 'team', name), { recursive: true });
  for (const name of names)
    for (const other of names) symlinkSync(`../${other}`, path.join(root, 'team', name, other));
  const scan = good(new FolderScanner(root).scan());
  assert.ok(scan.problems.some((problem) => problem.startsWith('Folder team holds more than 100 ways')));
  assert.ok(scan.files.has('own.example.ts'));
});

test('Folders in folders are followed to a bound', (context) => {
  const { root } = makeFolder(context);
  const deep = Array.from({ length: MOST_DEPTH + 5 }, () => 'd').join(path.sep);
  mkdirSync(path.join(root, deep), { recursive: true });
  writeFileSync(path.join(root, 'd', 'a.example.ts'), '1');
  const scan = good(new FolderScanner(root).scan());
  assert.match(scan.problems[0] ?? '', new RegExp(`lies more than ${MOST_DEPTH} folders deep`));
  assert.deepEqual(namesIn(scan), ['d/a.example.ts']);
});

test('What is avoided is neither looked at nor forgotten', (context) => {
  const { root, remove, write } = makeFolder(context, { 'team/a.example.ts': '1', 'b.example.ts': '1' });
  const steps: string[] = [];
  const scanner = new FolderScanner(root, { onStep: (place) => steps.push(place) });
  scanner.scan();
  remove('team/a.example.ts');
  write('c.example.ts', '1');
  steps.length = 0;
  assert.deepEqual(namesIn(scanner.scan(['team'])), ['b.example.ts', 'c.example.ts', 'team/a.example.ts']);
  assert.ok(steps.every((place) => !place.startsWith('team')));
  assert.deepEqual(namesIn(scanner.scan()), ['b.example.ts', 'c.example.ts']);
});

test('A file that became a pipe between two looks is there, and waits for nobody', (context) => {
  const { root } = makeFolder(context, { 'a.example.zone': 'text' });
  const file = path.join(root, 'a.example.zone');
  const swap = (place: string): void => {
    if (place !== 'a.example.zone') return;
    spawnSync('mkfifo', [path.join(root, '.pipe')]);
    renameSync(path.join(root, '.pipe'), file);
  };
  const scan = good(new FolderScanner(root, { onStep: swap }).scan());
  assert.equal(scan.files.get('a.example.zone')?.hash, 'it is no regular file');
});

test('What a link leads to outside is not read', (context) => {
  const { root, parent } = makeFolder(context);
  spawnSync('mkfifo', [path.join(parent, 'pipe')]);
  writeFileSync(path.join(parent, 'secret'), 'secret');
  for (const name of ['pipe', 'secret']) symlinkSync(`../${name}`, path.join(root, name));
  const { files } = good(new FolderScanner(root).scan());
  assert.deepEqual([...files.keys()], ['secret']);
  assert.match(files.get('secret')?.hash ?? '', /^\d+:\d+:6:/, 'known by size and time');
});
