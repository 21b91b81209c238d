/** `npm test` runs each test file once: in a process of its own, or with its folder in one of test/together/. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const filesOf = (patterns: readonly string[]): string[] =>
  patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));

test('Each test file that is not long is run by npm test, and none twice', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly test: string } };
  const named = filesOf([...scripts.test.matchAll(/"([^"]+)"/g)].map(([, pattern = '']) => pattern));
  const together = filesOf(['test/together/*.test.ts']);
  const folders = together.flatMap((file) => [...read(file).matchAll(/'([a-z]+)'/g)].map(([, name]) => name));
  const imported = filesOf(folders.map((folder) => `test/${folder}/**/!(*.long).test.ts`));
  const run = [...named.filter((file) => !together.includes(file)), ...imported];
  const all = filesOf(['test/**/!(*.long).test.ts']).filter((file) => !together.includes(file));
  assert.deepEqual(run.toSorted(), all.toSorted());
  assert.ok(imported.length > 100, `${imported.length} are run together`);
  assert.equal(new Set(together.filter((file) => named.includes(file))).size, together.length);
});
