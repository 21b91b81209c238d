/**
 * A kind of plan that holds others is known to its own file, to the list of kinds, to its function in the prelude
 * with the list of these, and to types/policy.d.ts. To nothing else: who adds one touches five files.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MOST_FILES = 5;
/** What a kind's file says of itself, as plan/kind.ts has it. */
const DECLARED = /interface PlanByKind \{\s*readonly (\w+):/;

const texts = new Map(
  // A section of the settings may have the name of a kind, and so may the type of one, and a verb. An import writes plans as
  // authors do.
  globSync('{runtime/!(config|import)/**/*.ts,types/*.d.ts}', { cwd: ROOT }).map(
    (file) => [file, textOf(file)] as const,
  ),
);
const kinds = [...texts].flatMap(([file, text]) => {
  const name = file.startsWith('runtime/plan/kinds/') ? DECLARED.exec(text)?.[1] : undefined;
  return name === undefined ? [] : [name];
});

test('There is something to check', () => {
  assert.ok(kinds.includes('weighted') && kinds.includes('rotate') && kinds.length >= 5, kinds.join());
});

for (const kind of kinds) {
  test(`"${kind}" is known to ${MOST_FILES} files at most`, () => {
    // As a text, and as what one file exports and another imports.
    const named = String.raw`\{[^}\n]*\b${kind}\b[^}\n]*\} from '\.`;
    const known = new RegExp(
      `(?<!Config\\[|Options\\[|verb\\()'${kind}'(?! \\| ')|${named}|export (declare )?(function|const) ${kind}\\b`,
    );
    const files = [...texts].filter(([, text]) => known.test(text)).map(([file]) => file);
    assert.ok(files.length >= 4, `only ${files.join()}: the pattern is out of date`);
    assert.ok(files.length <= MOST_FILES, files.join('\n'));
  });
}

/** Without comments: there a kind may be an example. */
function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8').replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '');
}
