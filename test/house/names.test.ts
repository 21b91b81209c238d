/** One name means one thing: what two files export has two names. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const RUNTIME = path.resolve(import.meta.dirname, '../../runtime');
/** What policies see has the names that policies use. */
const GUEST = `sandbox${path.sep}`;
/** `define` is what each verb exports; the others are words of a record's fields, of plans and of sections of the settings. */
const SHARED = new Set(['define', 'edns', 'geo', 'location', 'text']);

test('No two files export the same name', () => {
  const files = new Map<string, string[]>();
  for (const file of globSync('**/*.ts', { cwd: RUNTIME }).filter((each) => !each.startsWith(GUEST))) {
    for (const name of new Set(exportsOf(file))) files.set(name, [...(files.get(name) ?? []), file]);
  }
  assert.ok(files.size > 500);
  const twice = [...files].filter(([name, holders]) => holders.length > 1 && !SHARED.has(name));
  assert.deepEqual(twice, []);
});

function exportsOf(file: string): string[] {
  const text = readFileSync(path.join(RUNTIME, file), 'utf8');
  const declared =
    /^export (?:abstract )?(?:async )?(?:interface|type|class|function\*?|const) (?!\{)(\w+)/gm;
  return [...text.matchAll(declared)].flatMap(([, name]) => name ?? []);
}
