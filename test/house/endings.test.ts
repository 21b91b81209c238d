/** `node:test` runs hooks in the order in which they were added: a folder would go before what writes in it has ended. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const TESTS = path.resolve(import.meta.dirname, '..');
const files = globSync('**/*.ts', { cwd: TESTS });
const text = (file: string): string => readFileSync(path.join(TESTS, file), 'utf8');

test('What a test undoes goes through support/at-end.ts', () => {
  assert.ok(files.length > 500);
  const direct = files.filter((file) => /^\s*(?:context|t)\.after\(/m.test(text(file)));
  assert.deepEqual(direct, ['support/at-end.ts']);
});

test('A file undoes in one hook what it did for all its tests', () => {
  assert.deepEqual(
    files.filter((file) => (text(file).match(/^after\(/gm) ?? []).length > 1),
    [],
  );
});
