/**
 * The table of runtime/README.md lists every piece of work that somebody else can have an answer process do, with the
 * kind and the bound that its declaration says.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type ForeignWork, MOST_WORKS } from '../../runtime/base/loop/foreign-work.ts';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');
const KINDS: readonly ForeignWork['kind'][] = ['constant', 'metered', 'sliced', 'elsewhere'];

interface Row {
  readonly name: string;
  readonly file: string;
  readonly cause: string;
  readonly kind: string;
  readonly milliseconds: string;
}

const files = globSync('**/*.ts', { cwd: RUNTIME }).map((file) => ({
  file,
  text: readFileSync(path.join(RUNTIME, file), 'utf8'),
}));

/** As the sources have them. */
function declared(): Row[] {
  return files.flatMap(({ file, text }) =>
    [...text.matchAll(/foreignWork\(\{(.*?)\}\)/gs)].map(([, body = '']) => ({
      name: field(body, 'name'),
      file,
      cause: field(body, 'cause'),
      kind: field(body, 'kind'),
      milliseconds: field(body, 'milliseconds'),
    })),
  );
}

function field(body: string, name: string): string {
  const [, value = ''] = new RegExp(`\\b${name}: '?([^',\\n]+)`).exec(body) ?? [];
  assert.notEqual(value, '', `${name} in ${body}`);
  return value;
}

/** As the table has them. */
function listed(): Row[] {
  const text = readFileSync(path.join(RUNTIME, 'README.md'), 'utf8');
  const [, section = ''] = text.split('## What others have the loop do');
  return section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => /^\| .*`/.test(line))
    .map((line) => {
      const [, name = '', file = '', cause = '', kind = '', milliseconds = ''] = line
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', ''));
      return { name, file, cause, kind, milliseconds };
    }) as Row[];
}

const byName = (one: Row, other: Row): number => one.name.localeCompare(other.name);

test('The table of foreign work is what the sources declare', () => {
  assert.ok(declared().length > 5);
  assert.deepEqual(listed().toSorted(byName), declared().toSorted(byName));
});

test('Each piece has a name of its own, a kind and a bound', () => {
  const rows = declared();
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
  assert.ok(rows.length <= MOST_WORKS);
  for (const { name, kind, milliseconds } of rows) {
    assert.ok((KINDS as readonly string[]).includes(kind), `${name} is ${kind}`);
    assert.match(milliseconds, /^(\w+_MS \+ )?\d(\.\d)?$/, `${name} takes ${milliseconds} ms`);
  }
});

test('Whatever is declared is marked where it begins', () => {
  for (const { file, text } of files) {
    const names = [...text.matchAll(/const ([A-Z_]+) = foreignWork\(/g)].map(([, name = '']) => name);
    for (const name of names) {
      assert.match(text, new RegExp(`(?:loop|this)\\.begin\\(${name}\\)|new Slices\\(${name}\\)`), file);
    }
  }
});
