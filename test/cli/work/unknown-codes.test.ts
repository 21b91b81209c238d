/** Codes that no client and no question has, where policies compare with them: which are told, where, and what to write. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Diagnostic } from '../../../runtime/base/diagnostic.ts';
import { compilePolicy } from '../../../runtime/build/compile.ts';
import { joinWarnings, unknownCodes } from '../../../runtime/cli/work/unknown-codes.ts';
import { atEnd } from '../../support/at-end.ts';

/** `line:column message: remedy` of each warning, in order. */
async function told(context: TestContext, file: string, source: string): Promise<string[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-codes-'));
  atEnd(context, () => rmSync(root, { recursive: true }));
  writeFileSync(path.join(root, file), source);
  const compiled = await compilePolicy(file, { root });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return unknownCodes(compiled)
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
    .map(({ line, column, message, remedy }) => `${line}:${column} ${message}: ${remedy}`);
}

const WRONG = `import { definePolicy } from 'dnsteer';
const EUROPE = new Set(['DE', 'uk', 'FR']);
const POOL_OF = { DE: 'eu', EL: 'us', Germany: 'eu' };
export default definePolicy({
  pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
  fallback: 'us',
  hosts: {
    a: (query) => (query.client.country === 'UK' ? 'eu' : 'us'), // as in the issue
    b: ({ client }) => (EUROPE.has(client.country) ? 'eu' : 'us'),
    c: ({ client: { country } }) => POOL_OF[country ?? ''] ?? 'us',
    d: ({ type }) => (type === 'a' ? 'eu' : 'us'),
    e: (q) => {
      const country = q.client.country ?? 'none';
      switch (country) {
        case 'none': return 'us';
        case 'de': return 'eu';
        default: return q.type === 'TXTT' ? 'us' : 'eu';
      }
    },
    f: ({ client }) => {
      const { country, continent } = client;
      if (country === 'EU' || 'USA' === country) return 'us';
      return continent === 'Europe' || ['as', 'OC'].includes(continent) ? 'eu' : 'us';
    },
    g(query) { return query.type === 'https' ? 'eu' : (query.client.country ?? 'US') !== 'YU' ? 'us' : 'eu'; },
  },
});
`;

const TOLD = [
  '2:31 No country has the code "uk": Write "GB"',
  '3:29 No country has the code "EL": Write "GR"',
  '3:39 No country has the code "Germany": Write "DE"',
  '8:45 No country has the code "UK": Write "GB"',
  '11:32 No question is of the type "a": Write "A"',
  '16:14 No country has the code "de": Write "DE"',
  '17:36 No question is of the type "TXTT": Write "TXT"',
  '22:23 No country has the code "EU": Read client.eu for the European Union, or client.continent for Europe',
  '22:31 No country has the code "USA": Write a code of two letters (ISO 3166-1 alpha-2)',
  '23:28 No continent has the code "Europe": Write "EU"',
  '23:41 No continent has the code "as": Write "AS"',
  '25:38 No question is of the type "https": Write "HTTPS"',
  '25:90 No country has the code "YU": Write "RS"',
];

for (const file of ['wrong.example.ts', 'wrong.example.js']) {
  test(`Each code that there is not is told with its place in ${file}`, async (context) => {
    assert.deepEqual(await told(context, file, WRONG), TOLD);
  });
}

test('Nothing is told of what is no code, of codes that anybody may use, or of what is no fact', async (context) => {
  const right = `import { definePolicy } from 'dnsteer';
const SITES = [{ country: 'UK', type: 'a', pool: 'eu' }];
export default definePolicy({
  pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
  fallback: 'us',
  hosts: {
    a: ({ client, type }) => (client.country === 'GB' || client.country === 'XK' || type === 'TYPE65280' ? 'eu' : 'us'),
    b: ({ client }) => (client.country === 'ZZ' || client.country === 'XX' ? 'eu' : 'us'),
    c: ({ client }) => ((client.country ?? 'no') === 'no' ? 'eu' : 'us'),
    d: () => (SITES.find((site) => site.country === 'UK' && site.type === 'a') ? 'eu' : 'us'),
    e: ({ client }) => (client.country?.toLowerCase() === 'de' || client.city === 'uk' ? 'eu' : 'us'),
    f: ({ client }) => (client.continent === 'EU' || client.region === 'by' ? 'eu' : 'us'),
    g: (query) => (query.name === 'a' || query.type === 'SOA' ? 'eu' : 'us'),
  },
});
`;
  assert.deepEqual(await told(context, 'right.example.ts', right), []);
});

test('Where TypeScript has an error for a comparison, the error says what to write', () => {
  const place = { file: 'policies/a.example.ts', line: 8 };
  const warning: Diagnostic = {
    code: 'POLICY_COMPARISON',
    severity: 'warning',
    message: 'No country has the code "UK"',
    remedy: 'Write "GB"',
    ...place,
  };
  const type = { code: 'POLICY_TYPE', severity: 'error', ...place } as const;
  const overlap = { ...type, message: 'This comparison appears to be unintentional (TS2367)' };
  const other = { ...type, message: 'Cannot find name "x" (TS2304)' };
  const remedy = 'No country has the code "UK": write "GB"';
  assert.deepEqual(joinWarnings([warning], [overlap, other]), [[], [{ ...overlap, remedy }, other]]);
  assert.deepEqual(joinWarnings([warning], [other]), [[warning], [other]]);
});
