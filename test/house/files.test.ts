/** House rules that a program can check: sizes, headers, names and the form of RFC citations. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Files over 250 lines need a reason at their head; beyond this none is good enough (tables of data apart). */
const MOST_LINES = 300;
const TABLES = /^runtime\/(wire\/iana|geo)\//;

const sources = globSync('{runtime,policies}/**/*.{ts,js}', { cwd: ROOT });

test('Top level holds what the design says and nothing else', () => {
  const allowed = ['runtime', 'policies', 'types', 'test', 'examples', 'findings', 'scripts'];
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE'];
  const ignored = ['node_modules', 'dist'];
  const present = globSync('*', { cwd: ROOT }).filter((name) => !name.startsWith('.'));
  assert.deepEqual(present.filter((name) => !ignored.includes(name)).sort(), [...allowed, ...files].sort());
});

for (const file of sources) {
  const text = readFileSync(path.join(ROOT, file), 'utf8');

  test(`${file} keeps the house rules`, () => {
    const lines = text.split('\n').length;
    assert.ok(lines <= MOST_LINES || TABLES.test(file), `${lines} lines: split it by subject`);
    assert.match(text, /^(#!.*\n)?\/\*\*/, 'a header comment says what the file is for');
    assert.match(path.basename(file), /^[a-z0-9@_.-]+$/, 'file names are kebab-case');
    const prose = text.replaceAll(/'[^'\n]*'/g, '');
    assert.doesNotMatch(prose, /RFC\d|RFC \d+,? [Ss]ection/, 'write "RFC 1035 §4.1.1"');
  });
}
