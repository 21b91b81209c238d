/** What is packed holds what the README tells of, and nothing is told that takes a registry. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { atEnd } from '../support/at-end.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

test('A package holds the program, the types, the schema of settings and the examples, and no tests', () => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
  const packed: unknown = JSON.parse(told.toString('utf8'));
  // Older versions of npm give a list, newer ones a row for each package.
  const [one] = Object.values(
    packed as Record<string, { readonly files: readonly { readonly path: string }[] }>,
  );
  const files = (one?.files ?? []).map((file) => file.path);
  for (const file of [
    'README.md',
    'types/policy.d.ts',
    'types/networks.d.ts',
    'types/dnsteer.schema.json',
    'examples/tsconfig.json',
  ])
    assert.ok(files.includes(file), file);
  assert.ok(files.some((file) => /^examples\/geo-answer\/.*\.ts$/.test(file)));
  assert.ok(!files.some((file) => /^(test|runtime|policies)\//.test(file)));
  // Maps would lead to sources that are not there.
  const { files: listed } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
  assert.ok(listed.includes('!dist/**/*.map'));
  assert.ok(!files.some((file) => file.endsWith('.map')));
});

test('After npm ci, npx finds dnsteer in a clone', (context) => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly prepare: string } };
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-clone-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(path.join(ROOT, 'runtime'), path.join(folder, 'runtime'));
  execFileSync('sh', ['-c', scripts.prepare], { cwd: folder });
  const program = path.join(folder, 'node_modules/.bin/dnsteer');
  assert.equal(realpathSync(program), path.join(ROOT, 'runtime/bin.js'));
  assert.match(execFileSync(program, ['--version']).toString('utf8'), /^\d+\.\d+\.\d+/);
});

test('What npm start starts takes the place of its shell, so that it gets the signals that npm gets', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly start: string } };
  assert.match(scripts.start, /^exec node /);
});

test('Nobody is told to fetch dnsteer from a registry, where it is not', () => {
  for (const file of [
    'README.md',
    'runtime/bin.js',
    'runtime/cli/work/starter.ts',
    'runtime/cli/verbs/new.ts',
  ]) {
    assert.doesNotMatch(read(file), /npm (?:install|i|add)\b[^\n`]*\sdnsteer(?:@\S+)?(?=[\s`]|$)/m, file);
  }
});
