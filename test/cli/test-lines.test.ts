/** `dnsteer test --coverage`: which lines of policies and of their snippets have run; and answers as datagrams carry them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const FILES = {
  'policies/shop.example.ts': `import { definePolicy, firstHealthy, type Query } from 'dnsteer';
import { siteOf, unused } from './snippets/site.ts';

type Site = 'us' | 'eu';

export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    www: ({ client }: Query) => {
      if (client.country === 'XK')
        throw new Error('nobody asks from there');
      const site: Site = siteOf(client.country);
      return firstHealthy(site, 'us');
    },
    old: () => 'us',
    big: { TXT: Array.from({ length: 40 }, (_, n) => \`\${n} \${'x'.repeat(30)}\`) },
    night: ({ time }) => (time.hour < 6 ? unused() : 'us'),
  },
});
`,
  'policies/snippets/site.ts': `/** Where clients go. */
const EU = new Set(['DE', 'FR']);

export function siteOf(country: string | undefined): 'us' | 'eu' {
  switch (country) {
    case undefined:
      return 'us';
    case 'CH':
    case 'AT':
      // As neighbours.
      return 'eu';
    default:
      return EU.has(country)
        ? 'eu'
        : 'us';
  }
}

export function unused(): 'us' {
  const site = 'us';

  return site;
}

export function inNoPolicy() {}
`,
  'policies/shop.example.test.ts': `import { ask, expect, test } from 'dnsteer/test';
test('sites', async () => {
  for (let n = 0; n < 3; n++) expect(await ask('www', 'A', { country: 'DE' })).pool('eu');
  expect(await ask('night')).pool('us');
});
test('datagrams', async () => {
  expect(await ask('big', 'TXT')).truncated(false);
  expect(await ask('big', 'TXT', { transport: 'udp' })).truncated();
  expect(await ask('big', 'TXT', { transport: 'tcp' })).truncated(false);
  expect(await ask('www', 'A', { transport: 'udp', udpSize: 512 })).truncated(false).pool('us');
});
`,
} as const;

test('What of a policy and its snippets has run is told by line, as text and as a tracefile', async () => {
  const cwd = testFolder(FILES);
  const { code, stdout, stderr } = await dnsteer(['test', '--coverage-out', 'lcov.info'], { cwd });
  assert.equal(stderr, '');
  assert.match(stdout, LINES);
  assert.match(stdout, /\n2 passed, 0 failed\n$/);
  assert.equal(code, 0);
  assert.match(readFileSync(path.join(cwd, 'lcov.info'), 'utf8'), TRACEFILE);
});

const LINES =
  /\npolicies\/shop\.example\.ts: 5 of 8 lines, 3 of 4 functions have run\n {2}lines not run: 12, 16\n {2}lines run in part: 18\n {2}functions not called: old at 16\npolicies\/snippets\/site\.ts: 5 of 9 lines, 1 of 2 functions have run\n {2}lines not run: 11, 15-22\n {2}functions not called: unused at 19\n\n/;
const TRACEFILE =
  /^TN:\nSF:policies\/shop\.example\.ts\nFN:10,www\nFN:16,old\nFN:17,\(anonymous\)\nFN:18,night\nFNDA:4,www\nFNDA:0,old\nFNDA:\d+,\(anonymous\)\nFNDA:1,night\nFNF:4\nFNH:3\nDA:6,\d+\nDA:11,4\nDA:12,0\nDA:13,4\nDA:14,4\nDA:16,0\nDA:17,\d+\nDA:18,1\nLF:8\nLH:6\nend_of_record\nTN:\nSF:policies\/snippets\/site\.ts\n[\s\S]*\nend_of_record\n$/;
