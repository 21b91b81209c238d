/** The types of policies, as an editor shows them: what must compile does, what must not does not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { countries } from '../../runtime/geo/continent.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');

test('Policies compile or not as test/types/fixtures says, and the samples and examples do', () => {
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', 'test/types/fixtures'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('A client can be in the countries that have a continent', () => {
  const types = readFileSync(path.join(ROOT, 'types/policy.d.ts'), 'utf8');
  const [, union = ''] = /export type CountryCode =(?<union>[^;]*);/.exec(types) ?? [];
  const codes = [...union.matchAll(/'(?<code>[^']*)'/g)].map(({ groups }) => groups?.code ?? '');
  assert.equal(new Set(codes).size, codes.length);
  assert.deepEqual(new Set(codes), new Set(countries()));
});
