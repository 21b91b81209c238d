/** Operators are led to the line that is at fault, with a stack and without. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { placeOfFailure } from '../../runtime/build/failure-place.ts';
import { makeFolder } from '../support/policies-folder.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
import { shared } from './snippets/shared.ts';
// hosts: { www: 'not this one' }
const hosts = 1;
export default definePolicy({
  pools: { www: { A: '192.0.2.1' } },
  fallback: 'www',
  hosts: {
    ...shared,
    www: () => 'www',
    'a.b': () => 'www',
    api(query) { return query.name; },
    ['com' + 'puted']: hosts === 1 ? 'www' : 'none',
  },
});`;
const HANDLER = `const { createServer } = require('dnssec-server');
createServer((req, res) => { res.send(); });`;

async function place(context: TestContext, text: string, keys: readonly string[]): Promise<string> {
  const shared = `export const shared = { alias: () => 'www' };`;
  const file = text === HANDLER ? 'example.com.js' : 'example.com.ts';
  const { root } = makeFolder(context, { [file]: text, 'snippets/shared.ts': shared });
  const compiled = await compilePolicy(file, { root });
  assert.ok(compiled.ok, JSON.stringify(compiled.ok || compiled.diagnostics));
  const found = placeOfFailure({ keys }, compiled);
  return found === undefined ? 'nowhere' : `${path.basename(found.file)}:${found.line}:${found.column}`;
}

for (const [keys, expected] of [
  [['hosts', 'www'], 'example.com.ts:10:5'],
  [['hosts', 'a.b'], 'example.com.ts:11:5'],
  [['hosts', 'api'], 'example.com.ts:12:5'],
  [['pools', 'www', 'A'], 'example.com.ts:6:19'],
] as const) {
  test(`A key of a policy is found: ${keys.join('.')}`, async (context) => {
    assert.equal(await place(context, POLICY, keys), expected);
  });
}

test('Of a key that is computed or written elsewhere, the way to it is found', async (context) => {
  assert.equal(await place(context, POLICY, ['hosts', 'computed']), 'example.com.ts:8:3');
  assert.equal(await place(context, POLICY, ['hosts', 'alias']), 'example.com.ts:8:3');
  assert.equal(await place(context, POLICY, []), 'example.com.ts:5:16');
});

test('Of a handler file, its server is found', async (context) => {
  assert.equal(await place(context, HANDLER, ['hosts', '@']), 'example.com.js:2:1');
});
