/** `dnsteer new`: what it writes is sound as it is, and nothing is ever overwritten. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

test('The starter passes check, types included', async () => {
  const cwd = testFolder();
  const created = await dnsteer(['new', 'Shop.Example.'], { cwd });
  assert.equal(created.code, 0);
  assert.equal(
    created.stdout,
    `wrote policies/shop.example.ts
wrote policies/shop.example.test.ts
wrote policies/tsconfig.json
wrote policies/.dnsteer/policy.d.ts
wrote policies/.dnsteer/test.d.ts
wrote policies/.dnsteer/networks.d.ts
Put your addresses into policies/shop.example.ts, then run: dnsteer check && dnsteer test
`,
  );
  const checked = await dnsteer(['check', '--json'], { cwd });
  assert.equal(checked.code, 0, checked.stdout);
  const report = JSON.parse(checked.stdout) as { diagnostics: unknown[]; types: { checked: boolean } };
  assert.deepEqual(report.diagnostics, []);
  assert.equal(report.types.checked, true);
  assertEditorsFindTypes(path.join(cwd, 'policies'));
  const tested = await dnsteer(['test'], { cwd });
  assert.deepEqual([tested.code, tested.stderr], [0, '']);
  assert.match(tested.stdout, /\n4 passed, 0 failed\n$/);
});

function assertEditorsFindTypes(policies: string): void {
  const tsconfig = JSON.parse(readFileSync(path.join(policies, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: { paths: { dnsteer: [string] }; types: unknown[] };
  };
  const types = path.join(policies, tsconfig.compilerOptions.paths.dnsteer[0]);
  const own = path.resolve(import.meta.dirname, '../../types/policy.d.ts');
  assert.equal(readFileSync(types, 'utf8'), readFileSync(own, 'utf8'));
  assert.deepEqual(tsconfig.compilerOptions.types, []);
}

test('A tsconfig.json that is there is left alone', async () => {
  const cwd = testFolder({ 'policies/tsconfig.json': '{}' });
  await dnsteer(['new', 'shop.example'], { cwd });
  assert.equal(readFileSync(path.join(cwd, 'policies/tsconfig.json'), 'utf8'), '{}');
  assert.ok(!existsSync(path.join(cwd, 'policies/.dnsteer')));
});

test('Types that an older dnsteer wrote are brought up to date', async () => {
  const cwd = testFolder();
  await dnsteer(['new', 'shop.example'], { cwd });
  writeFileSync(path.join(cwd, 'policies/.dnsteer/policy.d.ts'), '// old');
  const { stdout } = await dnsteer(['new', 'other.example'], { cwd });
  assert.match(stdout, /^wrote policies\/other\.example\.ts\nwrote policies\/other\.example\.test\.ts\nPut /);
  assertEditorsFindTypes(path.join(cwd, 'policies'));
});

test('A zone that is served already is refused by the file that serves it', async () => {
  for (const file of ['policies/shop.example.ts', 'policies/team/shop.example.ts']) {
    const cwd = testFolder({ [file]: '// mine' });
    const { code, stderr } = await dnsteer(['new', 'shop.example'], { cwd });
    assert.equal(code, 1);
    assert.equal(stderr, `error: Zone shop.example is served by ${file} already\n`);
    assert.equal(readFileSync(path.join(cwd, file), 'utf8'), '// mine');
    assert.ok(file === 'policies/shop.example.ts' || !existsSync(path.join(cwd, 'policies/shop.example.ts')));
  }
});

test('A zone file gets its policy beside it', async () => {
  const cwd = testFolder({ 'policies/shop.example.zone': 'www IN A 192.0.2.1\n' });
  assert.equal((await dnsteer(['new', 'shop.example'], { cwd })).code, 0);
});

test('A policies folder that is none is said to be so', async () => {
  const cwd = testFolder({ policies: 'a file' });
  const { code, stderr } = await dnsteer(['new', 'shop.example'], { cwd });
  assert.equal(code, 1);
  assert.equal(stderr, 'error: Cannot read policies: it is no folder\n');
});

for (const domain of ['../escape', 'a..example', '.', '_tcp.example']) {
  test(`No domain name: ${domain}`, async () => {
    const cwd = testFolder();
    const { code, stderr } = await dnsteer(['new', domain, '--policies', 'p'], { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^error: ".*" (is no domain name|cannot be the name of a zone: .+)\n$/);
    assert.ok(!existsSync(path.join(cwd, 'p')));
  });
}
