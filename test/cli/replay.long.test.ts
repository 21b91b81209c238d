/** `dnsteer replay`: what would be different, what is not known, and what cannot be understood. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded, recordingText } from '../replay/recorded.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

function policy(www: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.1' }, eu: { A: '198.51.100.20' } },
  fallback: 'us',
  hosts: { www: ${www}, api: 'us' },
});
`;
}

const from = (country: string, value = '192.0.2.1') =>
  recorded({
    id: `in-${country}`,
    reads: [['client.country', country]],
    answer: [`www.shop.example. 30 IN A ${value}`],
  });
const LINES = [
  ...Array.from({ length: 3 }, () => from('DE', '198.51.100.20')),
  ...Array.from({ length: 5 }, () => from('US')),
  from('FR'),
  recorded({ name: 'api.shop.example', id: 'api' }),
  recorded({ name: 'api.shop.example', id: 'ip', unreplayable: 'address' }),
  recorded({ name: 'old.example', zone: 'old.example', id: 'old' }),
];

const cwd = testFolder({
  'policies/shop.example.ts': policy("(query) => (query.client.country === 'DE' ? 'eu' : 'us')"),
  'next/shop.example.ts': policy(
    "(query) => (query.client.continent === 'EU' || query.client.country === 'FR' ? 'eu' : 'us')",
  ),
  'loop/shop.example.ts': policy("(query) => { if (query.client.country === 'US') for (;;); return 'us'; }"),
  'broken/shop.example.ts': 'export default {\n',
  'many.jsonl': recordingText(Array.from({ length: 40 }, (_, index) => from(index % 2 === 0 ? 'US' : 'FR'))),
  'all.jsonl': recordingText(LINES),
  'here.jsonl': recordingText(LINES.filter(({ zone }) => zone !== 'old.example')),
  'cut.jsonl': recordingText([from('US'), JSON.stringify(from('US')).slice(0, 40)]),
  'note.txt': 'no recording\n',
});
const replay = (...args: string[]) => dnsteer(['replay', ...args], { cwd });

test('What the policies decide that were recorded is the same', async () => {
  const { code, stdout, stderr } = await replay('here.jsonl');
  assert.equal(stderr, '');
  assert.equal(stdout, 'Queries: 11, of them 10 the same, 0 different (0 %), 1 not replayable\n');
  assert.equal(code, 0);
});

test('What other policies decide is told in groups, with a witness, and what was assumed for it', async () => {
  const { code, stdout } = await replay('all.jsonl', '--policy', 'next');
  assert.equal(
    stdout,
    `name              type  before     after  queries   share  such as
www.shop.example  A     eu      →  us           3  25.0 %  in-DE (3 assumed)
www.shop.example  A     us      →  eu           1  8.33 %  in-FR (1 assumed)

Queries: 12, of them 6 the same, 4 different (33.3 %), 1 not replayable, 1 of zones that are not here
Zones that are not here: old.example (1)
Assumed, as it was not recorded, for 9: client.continent (9)
`,
  );
  assert.equal(code, 1);
  const json = await replay('all.jsonl', '--policy', 'next', '--json', '--limit', '1');
  const { different, groups, unlisted } = JSON.parse(json.stdout) as {
    different: number;
    groups: object[];
    unlisted: number;
  };
  assert.deepEqual([different, unlisted], [4, 1]);
  assert.deepEqual(groups, [
    {
      name: 'www.shop.example',
      type: 'A',
      before: 'eu',
      after: 'us',
      lines: 3,
      assumed: 3,
      witness: 'in-DE',
      share: 0.25,
    },
  ]);
});

test('What cannot be understood is told with its place, and the rest is decided', async () => {
  const { code, stdout, stderr } = await replay('cut.jsonl', 'note.txt', 'none.jsonl');
  assert.match(stdout, /^Queries: 1, of them 1 the same, 0 different \(0 %\)\nNot understood: 3\n$/);
  assert.match(stderr, /error: cut\.jsonl:3: The line is cut/);
  assert.match(stderr, /error: note\.txt: It is no recording; its line 1: /);
  assert.match(stderr, /error: none\.jsonl: It cannot be read: it does not exist/);
  assert.equal(code, 2);
});

test('A policy that does not end is stopped, and left alone after a while', async () => {
  const { code, stdout } = await replay('many.jsonl', '--policy', 'loop', '--json');
  const { lines, same } = JSON.parse(stdout) as { lines: number; same: number };
  // Its fallback is what was answered.
  assert.deepEqual([lines, same, code], [40, 40, 0]);
});

test('A policy that a server would refuse decides nothing', async () => {
  const { code, stdout, stderr } = await replay('all.jsonl', '--policy', 'broken');
  assert.match(stderr, /broken\/shop\.example\.ts:2:1: error/);
  assert.deepEqual([code, stdout], [2, '']);
});
