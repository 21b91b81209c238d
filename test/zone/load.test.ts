import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { loadZoneFile } from '../../runtime/zone/load.ts';
import { ORIGIN } from '../support/zone.ts';

let folder: string;
let root: string;

before(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dnsteer-')));
  root = path.join(folder, 'policies');
});
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(path.join(root, 'team'), { recursive: true });
});
after(() => rmSync(folder, { recursive: true }));

/** Writes a file under the folder the root is in. */
function write(file: string, content: string | Uint8Array): string {
  const target = path.join(folder, file);
  writeFileSync(target, content);
  return target;
}

function load(file: string) {
  return loadZoneFile(path.join(root, file), { origin: ORIGIN, root });
}

/** Loads a main file that includes `target`, and returns what is wrong with that. */
function problemOfIncluding(target: string): string {
  write('policies/main.zone', `a 60 A 192.0.2.1\n$INCLUDE ${target}\n`);
  const { records, diagnostics } = load('main.zone');
  assert.equal(records.size, 1);
  return diagnostics.map(formatDiagnostic).join('\n').replaceAll(`${folder}/`, '');
}

test('What is included is relative to the file that includes it', () => {
  write('policies/main.zone', '$INCLUDE team/a.zone\n');
  write('policies/team/a.zone', '$INCLUDE b.zone\n$INCLUDE ../c.zone\n');
  write('policies/team/b.zone', 'b 60 A 192.0.2.1\n');
  write('policies/c.zone', 'c 60 A wrong\n');
  const { records, diagnostics, files } = load('main.zone');
  assert.equal(records.size, 1);
  assert.deepEqual(
    diagnostics.map(({ file, line }) => [file, line]),
    [[path.join(root, 'c.zone'), 1]],
  );
  const names = ['main.zone', 'team/a.zone', 'team/b.zone', 'c.zone'];
  assert.deepEqual(
    files,
    names.map((file) => path.join(root, file)),
  );
});

test('A file that is not there is told, and waited for', () => {
  assert.match(
    problemOfIncluding('none.zone'),
    /^policies\/main\.zone:2:10: error: File "policies\/none\.zone" does not exist/,
  );
  assert.deepEqual(load('main.zone').files.at(-1), path.join(root, 'none.zone'));
});

test('A main file that is not there is told', () => {
  const { records, diagnostics, files } = load('none.zone');
  assert.deepEqual([records.size, files], [0, [path.join(root, 'none.zone')]]);
  assert.match(diagnostics[0]?.message ?? '', /does not exist/);
  assert.equal(diagnostics[0]?.file, path.join(root, 'none.zone'));
});

for (const [claim, target] of [
  ['A path', '../secret.zone'],
  ['A symbolic link', 'link.zone'],
  ['A link on the way', 'out/secret.zone'],
] as const) {
  test(`${claim} does not lead outside the root`, () => {
    write('secret.zone', 'a 60 TXT secret\n');
    symlinkSync('../secret.zone', path.join(root, 'link.zone'));
    symlinkSync('..', path.join(root, 'out'));
    assert.match(
      problemOfIncluding(target),
      /^policies\/main\.zone:2:10: error: File ".*" is outside the folder "policies"|outside the folder/,
    );
  });
}

test('An absolute path outside is outside, and one inside is inside', () => {
  assert.match(problemOfIncluding(write('secret.zone', '')), /outside the folder/);
  assert.equal(problemOfIncluding(write('policies/b.zone', '')), '');
});

test('A main file outside the root is not read', () => {
  write('secret.zone', 'a 60 TXT secret\n');
  const { records, diagnostics } = load('../secret.zone');
  assert.equal(records.size, 0);
  assert.match(diagnostics[0]?.message ?? '', /outside the folder/);
});

test('Links inside the root may go through names that begin with two dots, as ConfigMaps do', () => {
  mkdirSync(path.join(root, '..2026_11_23'));
  symlinkSync('..2026_11_23', path.join(root, '..data'));
  symlinkSync('..data/b.zone', path.join(root, 'b.zone'));
  write('policies/..2026_11_23/b.zone', '');
  assert.equal(problemOfIncluding('b.zone'), '');
});

test('What is no file is not read, and does not block', () => {
  assert.match(problemOfIncluding('team'), /"policies\/team" is no file/);
  spawnSync('mkfifo', [path.join(root, 'pipe')]);
  assert.match(problemOfIncluding('pipe'), /"policies\/pipe" is no file/);
});

test('Text is UTF-8, with or without a byte order mark', () => {
  write('policies/b.zone', Uint8Array.of(0x3b, 0xe9, 0x0a));
  assert.equal(problemOfIncluding('b.zone'), '');
  write('policies/b.zone', '\ufeffb 60 A 192.0.2.1');
  write('policies/main.zone', '$INCLUDE b.zone');
  assert.deepEqual(load('main.zone').diagnostics, []);
});

test('A file in UTF-16 is told as such, once', () => {
  write('policies/main.zone', Buffer.from('\ufeff$TTL 60\na A 192.0.2.1\n', 'utf16le'));
  const { diagnostics } = load('main.zone');
  assert.equal(diagnostics.length, 1);
  assert.match(diagnostics[0]?.message ?? '', /is in UTF-16/);
});

test('In a file of another charset octets above 127 stand for themselves', () => {
  const text = '; Büro\nm\u00fc 60 TXT "caf\u00e9" caf\u00e9\n';
  write('policies/main.zone', Buffer.from(text, 'latin1'));
  const { records, diagnostics } = load('main.zone');
  assert.deepEqual(diagnostics, []);
  assert.deepEqual([...records.owner(0).subarray(0, 3)], [2, 0x6d, 0xfc]);
  assert.deepEqual(Buffer.from(records.rdata(0)).toString('latin1'), '\x04caf\u00e9\x04caf\u00e9');
});

test('A file that includes itself over and over comes to an end', () => {
  write('policies/main.zone', '$INCLUDE main.zone\n'.repeat(50));
  const { diagnostics, files } = load('main.zone');
  const main = path.join(root, 'main.zone');
  assert.deepEqual(files, [main]);
  assert.equal(diagnostics.length, 50);
  assert.equal(diagnostics[0]?.message, `File includes itself: ${main} → ${main}`);
});

test('Includes that multiply come to an end', () => {
  write('policies/main.zone', '$INCLUDE b.zone\n'.repeat(40));
  write('policies/b.zone', '$INCLUDE c.zone\n'.repeat(40));
  write('policies/c.zone', '');
  assert.match(load('main.zone').diagnostics[0]?.message ?? '', /over 1000 files/);
});
