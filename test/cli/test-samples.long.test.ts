/** `dnsteer test` and `check` on whole folders: all samples are tested, and tests have types. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ pools: { us: { A: '192.0.2.1' } }, fallback: 'us', hosts: { www: 'us' } });
`;

test('All samples and examples pass their tests', async () => {
  const root = path.resolve(import.meta.dirname, '../..');
  for (const folder of ['policies', 'examples']) {
    const { code, stdout, stderr } = await dnsteer(['test', '--json', '--policies', folder], { cwd: root });
    assert.deepEqual([code, stderr], [0, ''], stdout);
    const told = JSON.parse(stdout) as { readonly files: readonly { readonly file: string }[] };
    const policies = globSync('**/*.{com,example}.{ts,js}', { cwd: path.join(root, folder) });
    const tested = told.files.map(({ file }) => file.replace(/\.test(?=\.[jt]s$)/, ''));
    assert.deepEqual(tested.sort(), policies.map((file) => `${folder}/${file}`).sort());
  }
});

test('check looks for type errors in tests, and a policy may not import what tests do', async () => {
  const cwd = testFolder({
    'policies/shop.example.ts': POLICY,
    'policies/shop.example.test.ts':
      "import { ask, expect, test } from 'dnsteer/test';\ntest('a', async () => {\n  expect(ask('www')).pool('us');\n  await ask('www', 'A', { contry: 'DE' });\n});\n",
  });
  const types = await dnsteer(['check', '--cases', '0'], { cwd });
  assert.equal(types.code, 1);
  assert.match(types.stderr, /shop\.example\.test\.ts:3:22/);
  assert.match(types.stderr, /shop\.example\.test\.ts:4:27[\s\S]*contry/);
  const imports = testFolder({
    'policies/a.example.ts': `import { ask } from 'dnsteer/test';\n${POLICY}\nvoid ask;\n`,
  });
  const { stderr } = await dnsteer(['check', '--no-types', '--cases', '0'], { cwd: imports });
  assert.match(stderr, /may not import "dnsteer\/test": only test files may/);
});
