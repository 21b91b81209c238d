/** Policies that are compiled at the same time come out as if each of them had been compiled alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { type Compiled, compilePolicy } from '../../runtime/build/compile.ts';
import { makeFolder } from '../support/policies-folder.ts';

const SNIPPETS = {
  'snippets/places.ts':
    "import { MORE } from './more.ts';\nexport const NORDIC = ['DK', ...MORE];\nexport const UNUSED = 1;\n",
  'snippets/more.ts': "export const MORE = ['SE', 'NO'];\n",
  'snippets/odd.ts': "export const isOdd = (x: number) => typeof x === 'strin';\n",
  'snippets/broken.ts': 'export const BROKEN = ;\n',
};

/** The text of each policy, by what it has others share. */
const KINDS: readonly ((index: number) => string)[] = [
  (index) => plain(index),
  (index) => `import { NORDIC } from './snippets/places.ts';\n${plain(index, 'NORDIC.length')}`,
  (index) =>
    `import { NORDIC, UNUSED } from './snippets/places.ts';\n${plain(index, 'NORDIC.length + UNUSED')}`,
  (index) => `import { isOdd } from './snippets/odd.ts';\n${plain(index, 'isOdd(1) ? 1 : 2')}`,
  (index) => `import { BROKEN } from './snippets/broken.ts';\n${plain(index, 'BROKEN')}`,
  (index) => `import { MISSING } from './snippets/places.ts';\n${plain(index, 'MISSING')}`,
  (index) => `import '../outside.ts';\nimport './not-there.ts';\n${plain(index)}`,
  (index) => `${plain(index)}\nexport const ttl = ;`,
];

function plain(index: number, ttl = '30'): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({ ttl: ${ttl}, fallback: { A: ['192.0.2.${index}'] } });
`;
}

/** Everything of an outcome that anybody could tell apart. */
function shown(compiled: Compiled): unknown {
  const { inputs, hashes, ...rest } = compiled;
  const told = rest.ok ? rest.warnings : rest.diagnostics;
  return {
    ...rest,
    inputs: [...inputs].sort(),
    hashes: [...hashes].sort(([one], [other]) => one.localeCompare(other)),
    told: told.map(formatDiagnostic),
  };
}

test('Policies compiled together yield the scripts, maps, warnings and errors of policies compiled alone', async (context) => {
  const texts = Array.from({ length: 60 }, (_, index) => KINDS[index % KINDS.length]?.(index) ?? '');
  const files = texts.map((text, index) => [`zone${index}.example.ts`, text] as const);
  const { root } = makeFolder(context, { ...Object.fromEntries(files), ...SNIPPETS });
  const names = [...files.map(([name]) => name), 'zone0.example.ts', 'nowhere.example.ts'];
  const together = await Promise.all(names.map((name) => compilePolicy(name, { root })));
  for (const [index, name] of names.entries()) {
    const alone = await compilePolicy(name, { root });
    assert.deepEqual(shown(together[index] ?? alone), shown(alone), name);
  }
  assert.equal(together.filter(({ ok }) => ok).length, 33);
});

test('Policies of several folders may be compiled at the same time', async (context) => {
  const folders = [1, 2, 3].map((index) => makeFolder(context, { 'example.com.ts': plain(index) }).root);
  const compiled = await Promise.all(
    folders.flatMap((root) => [1, 2].map(() => compilePolicy('example.com.ts', { root }))),
  );
  const scripts = compiled.map((one) => (one.ok ? one.script : ''));
  assert.deepEqual(
    scripts.map((script) => /192\.0\.2\.(\d)/.exec(script)?.[1]),
    ['1', '1', '2', '2', '3', '3'],
  );
});
