/**
 * Files are opened by base/files/read-file.ts, which waits for nobody and believes no name. Whoever needs another way is
 * named here, with the reason.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');

/** Names, links and folders: no call here opens what others put in a file's place, or writes into it. */
const HARMLESS = new Set([
  'access',
  'chown',
  'existsSync',
  'mkdir',
  'mkdirSync',
  'mkdtemp',
  'readdir',
  'readdirSync',
  'realpathSync',
  'rename',
  'renameSync',
  'rm',
  'rmSync',
  'utimes',
  'watch',
  // Types, and reading what is open already.
  'BigIntStats',
  'Dirent',
  'FSWatcher',
  'Stats',
  'readSync',
  'writeSync',
]);

/** File → what else it uses. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'base/files/read-file.ts': ['closeSync', 'constants', 'fstatSync', 'openSync', 'readlinkSync', 'open'],
  // Drafts that must be new, their second names, and a folder.
  'base/files/replace-file.ts': ['link', 'open'],
  // Folders that were just made, and no links, to give them to another user.
  'base/files/folder-owner.ts': ['constants', 'FileHandle', 'open', 'stat'],
  // A file of our own in the state folder, written behind what is sound; and a copy of one that is not.
  'update/record-file.ts': ['copyFile', 'open'],
  // Files of our own, opened as those are that are read, and judged by their descriptors.
  'control/recording/recording-files.ts': ['constants', 'FileHandle', 'open'],
  // A socket of our own, which gets its name once it is ready.
  'control/announce/bridge-desk.ts': ['chmodSync'],
  'control/audit/audit-log.ts': ['constants', 'open'],
  // By a name that nobody can guess, in a folder of our own.
  'control/fleet/zone-images.ts': ['writeFile'],
  // The same files, held open beyond the loss of their names.
  'control/fleet/held-files.ts': ['FileHandle', 'open'],
  // A folder of our own, and a socket in it.
  'control/charge/door.ts': ['chmodSync', 'closeSync', 'constants', 'linkSync', 'openSync'],
  'cli/work/type-check.ts': ['writeFile'],
  // New files, for the operator who asks for them.
  'cli/work/write-starter.ts': ['copyFileSync', 'writeFileSync'],
  'cli/work/import/take-over.ts': ['writeFileSync'],
  // Which of the operator's own files an include names; they are opened elsewhere.
  'import/gdnsd/config.ts': ['globSync', 'statSync'],
  'cli/verbs/prepare.ts': ['constants'],
  'dnssec/keys/write-key.ts': ['constants'],
  // What is there, to tell one state from another; whatever is opened is judged by its descriptor.
  'base/files/stamp.ts': ['stat'],
  // The sizes of files of our own.
  'registry/earlier/earlier-versions.ts': ['stat'],
  'registry/folder/scan.ts': ['statSync'],
  'build/import-rules.ts': ['statSync'],
  'registry/folder/events.ts': ['statSync'],
  'geo/geoip-lite-files.ts': ['statSync'],
  'dnssec/keys/folder-problem.ts': ['statSync'],
  'dnssec/keys/key-folder.ts': ['stat'],
  // The system's own, below /proc, and what came with dnsteer.
  'base/process/process-usage.ts': ['readFileSync'],
  'transport/sockets/descriptors.ts': ['readFileSync'],
  'build/esbuild-service.ts': ['readFileSync'],
  'main.ts': ['readFileSync'],
};

/** What a file uses of the file system; `*` for all of it. */
function usedBy(file: string): string[] {
  const text = readFileSync(path.join(RUNTIME, file), 'utf8');
  const imports = text.matchAll(/import\s+(?:type\s+)?(\{[^}]*\}|[^;]+?)\s+from\s+'node:fs(?:\/promises)?'/g);
  const dynamic = /(?:import|require)\(\s*'(?:node:)?fs/.test(text) ? ['*'] : [];
  const named = [...imports].flatMap(([, names = '']) => {
    if (!names.startsWith('{')) return ['*'];
    const each = names.slice(1, -1).split(',');
    return each.map((name) => name.replace(/\btype\b|\sas\s.*$/g, '').trim()).filter((name) => name !== '');
  });
  return [...dynamic, ...named];
}

// The sandbox has no files, and tests that of itself.
const files = globSync('**/*.ts', { cwd: RUNTIME }).filter((file) => !file.startsWith('sandbox/'));

for (const file of files) {
  const used = usedBy(file);
  if (used.length === 0) continue;
  test(`runtime/${file} opens files through base/files/read-file.ts`, () => {
    const allowed = EXCEPTIONS[file] ?? [];
    const other = used.filter((name) => !HARMLESS.has(name) && !allowed.includes(name));
    assert.deepEqual(other, [], 'use readRegularFile, or name the exception and its reason');
  });
}

test('Every exception is one', () => {
  for (const [file, names] of Object.entries(EXCEPTIONS)) {
    const used = usedBy(file);
    assert.deepEqual(
      names.filter((name) => !used.includes(name)),
      [],
      file,
    );
  }
});
