/** What an editor does for authors, by TypeScript itself: where it underlines the name of a pool that there is not, and what it completes. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { starterTsconfig } from '../../runtime/cli/work/starter.ts';
import { Editor } from '../support/editor.ts';

const TYPES = path.resolve(import.meta.dirname, '../../types/policy.d.ts');

const HEAD = `import { definePolicy, firstHealthy, nearest, rotate, sticky, take, weighted } from 'dnsteer';
const pools = { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } };
export default definePolicy({ pools, `;
const TAIL = ' });\n';

/** The rest of a policy, with a pool that there is not → what is underlined for it. */
const UNDERLINED: readonly (readonly [policy: string, underlined: string])[] = [
  ["fallback: 'us', hosts: { www: ({ health }) => (health('ue') === 'up' ? 'us' : 'eu') }", "'ue'"],
  ["fallback: 'us', hosts: { www: (query) => (query.health('ue') === 'up' ? 'us' : 'eu') }", "'ue'"],
  [
    "fallback: 'us', hosts: { www: { types: ['TXT'], decide: ({ health }) => ({ TXT: health('ue') }) } }",
    "'ue'",
  ],
  ["fallback: 'us', hosts: { www: { types: ['TXT'], decide: () => 'ue' } }", "'ue'"],
  ["fallback: 'us', hosts: { www: ({ client }) => (client.eu ? firstHealthy('us', 'ue') : 'us') }", "'ue'"],
  [
    "fallback: 'us', hosts: { www: ({ client }) => { if (client.eu) return 'us'; return nearest('us', 'ue'); } }",
    "'ue'",
  ],
  ["fallback: 'us', hosts: { www: ({ client }) => (client.eu ? take('ue', 1) : 'us') }", "'ue'"],
  ["fallback: 'us', hosts: { www: ({ client }) => (client.eu ? weighted({ us: 1, ue: 2 }) : 'us') }", 'ue'],
  ["fallback: 'us', hosts: { www: (query) => firstHealthy('us', sticky('eu', 'ue')) }", "sticky('eu', 'ue')"],
  // Where TypeScript looks at a plan before it knows the pools, the key that holds it.
  ["fallback: 'us', hosts: { www: () => firstHealthy('us', 'ue') }", 'www'],
  ["fallback: 'us', hosts: { www: ({ client }) => (client.eu ? 'ue' : 'us') }", 'www'],
  ["fallback: firstHealthy('us', 'ue'), hosts: {}", 'fallback'],
];

/** The rest of a policy, with the place of the cursor: all pools are offered there, and nothing else. */
const COMPLETED: readonly string[] = [
  "fallback: '|', hosts: {}",
  "fallback: firstHealthy('us', '|'), hosts: {}",
  "fallback: 'us', hosts: { www: '|' }",
  "fallback: 'us', hosts: { www: () => '|' }",
  "fallback: 'us', hosts: { www: ({ client }) => (client.eu ? '|' : 'us') }",
  "fallback: 'us', hosts: { www: firstHealthy('us', '|') }",
  "fallback: 'us', hosts: { www: () => firstHealthy('us', '|') }",
  "fallback: 'us', hosts: { www: (query) => { return firstHealthy('us', rotate(sticky('us', '|'))); } }",
  "fallback: 'us', hosts: { www: () => weighted([[9, 'us'], [1, take('|', 1)]]) }",
  "fallback: 'us', hosts: { www: ({ health }) => (health('|') === 'up' ? 'us' : 'eu') }",
];

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-editor-'));
let editor: Editor;
after(() => {
  editor[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

before(() => {
  writeFileSync(path.join(folder, 'tsconfig.json'), starterTsconfig());
  copyFileSync(TYPES, path.join(folder, 'policy.d.ts'));
  copyFileSync(path.join(path.dirname(TYPES), 'networks.d.ts'), path.join(folder, 'networks.d.ts'));
  const tsconfig = starterTsconfig().replace('./.dnsteer/policy.d.ts', './policy.d.ts');
  writeFileSync(path.join(folder, 'tsconfig.json'), tsconfig);
  for (const [index, [policy]] of UNDERLINED.entries())
    writeFileSync(path.join(folder, `underlined${index}.ts`), HEAD + policy + TAIL);
  for (const [index, policy] of COMPLETED.entries())
    writeFileSync(path.join(folder, `completed${index}.ts`), HEAD + policy.replace('|', '') + TAIL);
  editor = new Editor(path.join(folder, 'tsconfig.json'));
});

for (const [index, [policy, text]] of UNDERLINED.entries())
  test(`${text} is underlined in ${policy}`, () => {
    const told = editor.underlined(path.join(folder, `underlined${index}.ts`));
    assert.deepEqual(
      told.map(({ text: underlined }) => underlined),
      [text],
    );
    assert.match(told[0]?.message ?? '', /"ue"|'never'/);
  });

for (const [index, policy] of COMPLETED.entries())
  test(`Pools are completed in ${policy}`, () => {
    const at = (HEAD + policy).indexOf('|');
    assert.deepEqual(editor.completions(path.join(folder, `completed${index}.ts`), at), ['eu', 'us']);
  });
