/** Whatever begins a process or a thread of the package is bundled (scripts/bundle.ts). */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ENTRIES } from '../../scripts/entries.ts';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');
/** `new URL(`thread${path.extname(import.meta.url)}`, import.meta.url)` */
const BESIDE = /new URL\(\s*`([\w./-]+)\$\{path\.extname\(import\.meta\.url\)\}`/g;

test('Files that begin a process or a thread are entries of the package', () => {
  const begun = globSync('**/*.ts', { cwd: RUNTIME }).flatMap((file) => {
    const text = readFileSync(path.join(RUNTIME, file), 'utf8');
    return [...text.matchAll(BESIDE)].map(([, beside = '']) =>
      path.posix.normalize(path.posix.join(path.posix.dirname(file), beside)),
    );
  });
  assert.ok(begun.length >= 5, `${begun.length} are found`);
  assert.deepEqual([...begun, 'main'].sort(), [...ENTRIES].sort());
});
