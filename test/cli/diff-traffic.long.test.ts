/** `dnsteer diff --traffic`: a difference, weighed by what clients asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorded, recordingText } from '../replay/recorded.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

function policy(country: string): string {
  return `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: 'us',
  hosts: { www: (query) => (query.client.country === '${country}' ? 'eu' : 'us') },
});
`;
}

const LINES = ['DE', 'FR', 'FR', ...Array<string>(97).fill('US')].map((country) =>
  recorded({ reads: [['client.country', country]] }),
);
const cwd = testFolder({
  'old/shop.example.ts': policy('DE'),
  'old/shop.example.zone': 'mail 300 IN A 192.0.2.25\n',
  'new/shop.example.ts': policy('FR'),
  'new/shop.example.zone': 'mail 300 IN A 192.0.2.26\n',
  'day.jsonl': recordingText([...LINES, recorded({ name: 'mail.shop.example', source: 'static' })]),
  'cut.jsonl': recordingText([...LINES, '{"id":']),
});
const diff = (...args: string[]) => dnsteer(['diff', 'old', 'new', ...args], { cwd });

test('Each cell and record has its share of the queries, and all together have theirs', async () => {
  const { code, stdout } = await diff('--traffic', 'day.jsonl');
  assert.equal(code, 1);
  assert.match(stdout, /country DE\n.*\n.*\n.*\n {6}recorded: 0\.99 % of all queries change \(1 of 1 here\)/);
  assert.match(stdout, /country FR\n.*\n.*\n.*\n {6}recorded: 1\.98 % of all queries change \(2 of 2 here\)/);
  assert.match(stdout, /\.26\n {6}recorded: 0\.99 % of all queries change \(1 of 1 here\)/);
  assert.match(stdout, /\nRecorded queries: 101, of them 4 change \(3\.96 %\)\nZones: 1 changed/);
  const markdown = await diff('--traffic', 'day.jsonl', '--markdown');
  assert.match(markdown.stdout, /\| name \| type \| when \| before \| after \| such as \| queries \|/);
  assert.match(markdown.stdout, /country FR \|.*\| 1\.98 % \|/);
  const json = await diff('--traffic', 'day.jsonl', '--json');
  const { traffic, zones } = JSON.parse(json.stdout) as {
    traffic: { queries: number; changed: number };
    zones: { traffic: object; hosts: { cells: { traffic: object }[] }[] }[];
  };
  assert.deepEqual([traffic.queries, traffic.changed], [101, 4]);
  assert.deepEqual(zones[0]?.traffic, { queries: 101, changed: 4 });
  assert.deepEqual(
    zones[0]?.hosts[0]?.cells.map((cell) => cell.traffic),
    [
      { queries: 1, changed: 1 },
      { queries: 2, changed: 2 },
    ],
  );
});

test('A threshold goes by the share of queries, and beyond it asks to accept the hash', async () => {
  assert.equal((await diff('--traffic', 'day.jsonl', '--threshold', '5%')).code, 0);
  const beyond = await diff('--traffic', 'day.jsonl', '--threshold', '1%');
  assert.equal(beyond.code, 1);
  const [, hash = ''] = /3\.96 % change, and 1 % may: .* --accept ([0-9a-f]{12})/.exec(beyond.stderr) ?? [];
  assert.equal((await diff('--traffic', 'day.jsonl', '--threshold', '1%', '--accept', hash)).code, 0);
  assert.equal((await diff('--threshold', '1%')).code, 2);
});

test('Traffic that cannot be understood weighs nothing', async () => {
  const { code, stderr } = await diff('--traffic', 'cut.jsonl', '--threshold', '100%');
  assert.match(stderr, /cut\.jsonl:102: The line is cut/);
  assert.equal(code, 2);
});
