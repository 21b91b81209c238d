/**
 * Imports in runtime/ point down the list of layers, folders on one line never import each other,
 * and nothing imports the sandbox's guest code. No file imports itself by way of others. No folder is larger than a reader can look over, and each
 * is told from its neighbours in runtime/README.md.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');

/** Top to bottom. Files directly in runtime/ stand above all folders. */
const LAYERS = [
  ['.'],
  ['processes', 'cli'],
  ['edge'],
  ['control', 'serving'],
  ['delegation', 'import'],
  ['replay'],
  ['testing'],
  ['admin', 'explore'],
  ['transport'],
  ['transfer'],
  ['answer', 'registry'],
  ['trial'],
  ['runner', 'build'],
  ['plan'],
  ['rpc'],
  ['limits'],
  ['journal'],
  ['dnssec'],
  ['update'],
  ['config', 'zone', 'geo', 'health'],
  ['client'],
  ['tsig'],
  ['wire'],
  ['base'],
];
/** What answers queries has nothing to do with how policies are made. */
const NOT_FOR_ANSWER = new Set(['build', 'registry', 'trial']);
/** Files directly in one folder. */
const MOST_FILES = 25;
/** The sandbox stands apart: its own process, and these imports only. */
const SANDBOX_MAY_IMPORT = new Set(['sandbox', 'rpc', 'base']);

const files = globSync('**/*.ts', { cwd: RUNTIME });

function folderOf(file: string): string {
  const [first, ...rest] = file.split(path.sep);
  return rest.length === 0 ? '.' : (first ?? '.');
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(RUNTIME, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    (match) => match[1],
  );
  return specifiers.map((specifier) => path.join(path.dirname(file), specifier ?? ''));
}

test('There is something to check', () => {
  assert.ok(files.length > 10);
});

for (const file of files) {
  const folder = folderOf(file);
  test(`Imports of runtime/${file} point down`, () => {
    for (const imported of importsOf(file)) {
      const target = folderOf(imported);
      const claim = `runtime/${file} imports ${imported}`;
      if (imported.startsWith('..')) {
        assert.match(imported, /^\.\.\/(types\/(policy|test)\.d\.ts|package\.json)$/, claim);
      } else if (folder === 'sandbox') {
        assert.ok(SANDBOX_MAY_IMPORT.has(target), `${claim}: the sandbox imports rpc and base only`);
      } else {
        assert.notEqual(target, 'sandbox', `${claim}: nothing imports the sandbox`);
        assert.ok(folder !== 'answer' || !NOT_FOR_ANSWER.has(target), claim);
        assert.notEqual(layerOf(folder), -1, `runtime/${folder} is in no layer`);
        assert.ok(target === folder || layerOf(target) > layerOf(folder), claim);
      }
    }
  });
}

test('No file imports itself by way of others', () => {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): void => {
    const before = way.indexOf(file);
    assert.equal(before, -1, [...way.slice(before), file].join(' imports '));
    if (done.has(file)) return;
    for (const imported of importsOf(file)) if (files.includes(imported)) walk(imported, [...way, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
});

for (const folder of new Set(files.map((file) => path.dirname(file)))) {
  test(`Folder runtime/${folder} can be looked over`, () => {
    const inside = files.filter((file) => path.dirname(file) === folder).length;
    assert.ok(inside <= MOST_FILES, `${inside} files: split it by subject`);
    const rows = readFileSync(path.join(RUNTIME, 'README.md'), 'utf8').split('\n');
    const isNamed = rows.some((row) => row.startsWith('| `') && row.includes(`\`${folder}/\``));
    assert.ok(isNamed || folder === '.', `runtime/README.md has a row with \`${folder}/\``);
  });
}
