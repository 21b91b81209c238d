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

/** A policy that fails in each way, and one whose stack and messages tests look at. */
const FAILING = `import { definePolicy } from 'dnsteer';
const pick = (n: number): string => (n > 1 ? 'us' : (undefined as never));
export default definePolicy({
  pools: { us: { A: '192.0.2.1' } },
  fallback: 'us',
  hosts: {
    deep: ({ client }) => { const deeper = (n: number): number => (client.eu ? deeper(n + 1) : n); deeper(0); return 'us'; },
    thrown: ({ client }) => client.country === 'DE' ? (() => { throw new Error('no'); })() : pick(2),
    nothing: ({ client }) => pick(client.country === 'DE' ? 1 : 2),
    text: () => ({ TXT: String((a: number) => a > 1 ? 'b' : 'c').length > 5 ? 'long' : 'short' }),
    other: ({ client }) => { switch (client.country) { case 'DE': return 'us'; case 'FR': default: return { A: '192.0.2.2' }; } },
  },
});
`;
const FAILING_TEST = `import { ask, expect, log, test } from 'dnsteer/test';
for (const name of ['deep', 'thrown', 'nothing', 'text', 'other'])
  test.each([{ country: 'DE' }, { country: 'FR' }, { country: 'US' }])(name + ' $country', async ({ country }) => {
    const { fallback, records, reads } = await ask(name, 'A', { country });
    log({ fallback, records, reads });
    expect(await ask(name, 'A', { country })).pool('us');
  });
`;

test('Tests tell the same with and without coverage', async () => {
  const cwd = testFolder({
    'policies/shop.example.ts': FAILING,
    'policies/shop.example.test.ts': FAILING_TEST,
  });
  const root = path.resolve(import.meta.dirname, '../..');
  for (const [folder, at] of [
    ['policies', cwd],
    ['policies', root],
    ['examples', root],
  ] as const) {
    const [plain, counted] = await Promise.all(
      [[], ['--coverage']].map((more) =>
        dnsteer(['test', '--json', '--policies', folder, ...more], { cwd: at }),
      ),
    );
    assert.deepEqual([counted?.code, plain?.code], at === cwd ? [1, 1] : [0, 0]);
    assert.deepEqual(withoutTimes(counted?.stdout), withoutTimes(plain?.stdout));
  }
});

/** What tests tell, but for how long they took and for versions, which are of the script. */
function withoutTimes(stdout = ''): unknown {
  return JSON.parse(stdout, (key, value: unknown) => {
    if (['ms', 'totalMicros', 'policyMicros', 'version', 'coverage', 'lines'].includes(key)) return undefined;
    // Positions in the compiled script, which nobody is shown.
    return key === 'stack' ? undefined : value;
  });
}

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
