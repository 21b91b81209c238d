/** `dnsteer whatif`: where recorded traffic goes while a pool is down, and whether the others can take it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADER, recorded, recordingText } from '../replay/recorded.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy, firstHealthy } from 'dnsteer';
const check = { type: 'tcp', port: 80 } as const;
export default definePolicy({
  pools: {
    fra: { A: '192.0.2.1', check },
    iad: { A: '198.51.100.1', check, capacity: 2 },
    old: { A: '203.0.113.1' },
  },
  fallback: 'fra',
  hosts: { www: (query) => (query.client.country === 'DE' ? firstHealthy('fra', 'iad') : 'iad') },
});
`;

/** Of ten queries one was recorded, within a minute. */
const LINES = [...Array<string>(15).fill('DE'), ...Array<string>(5).fill('US')].map((country, index) =>
  recorded({
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
    reads: [['client.country', country]],
    answer: [`www.shop.example. 30 IN A ${country === 'DE' ? '192.0.2.1' : '198.51.100.1'}`],
  }),
);

const cwd = testFolder({
  'policies/shop.example.ts': POLICY,
  'roomy/shop.example.ts': POLICY.replace('capacity: 2', 'capacity: 200'),
  'wrong/shop.example.ts': POLICY.replace('capacity: 2', 'capacity: -2'),
  'day.jsonl': recordingText(LINES, { ...HEADER, sample: 0.1 }),
  'headless.jsonl': recordingText(LINES, null),
});
const whatIf = (...args: string[]) => dnsteer(['whatif', ...args], { cwd });

test('What moves is told, and which pool would get more than it declares', async () => {
  const { code, stdout } = await whatIf('--down', 'fra', 'day.jsonl');
  assert.equal(
    stdout,
    `shop.example
  pool  before    after  queries/s  after  capacity
  fra   75.0 %      0 %       2.50   0.00
  iad   25.0 %  100.0 %       0.83   3.33    2 over

  from     to   queries   share
  fra   →  iad       15  75.0 %

Queries: 20, of them 20 that policies decide
shop.example/iad would get 3.33 queries a second at most, and declares a capacity of 2
`,
  );
  assert.equal(code, 1);
});

test('Where capacities hold the exit code is 0', async () => {
  const { code, stdout } = await whatIf('--down', 'shop.example/fra', 'day.jsonl', '-p', 'roomy', '--json');
  assert.equal(code, 0);
  const { zones } = JSON.parse(stdout) as { zones: { pools: { place: string; isOver?: boolean }[] }[] };
  assert.equal(zones[0]?.pools.find(({ place }) => place === 'iad')?.isOver, false);
});

test('Pools that there are not, or that are never down, and capacities that are none are told', async () => {
  const problem = async (...args: string[]) => {
    const { code, stderr } = await whatIf(...args, 'headless.jsonl');
    assert.equal(code, 2);
    return stderr;
  };
  assert.match(await problem('--down', 'frq'), /No zone with recorded queries has a pool frq; "fra"\?/);
  assert.match(await problem('--down', 'old'), /The pool shop\.example\/old has no check/);
  assert.match(await problem(), /Say which pool is down/);
  assert.match(
    await problem('--down', 'fra', '-p', 'wrong'),
    /pools\.iad\.capacity: Must be queries a second/,
  );
});

test('A recording without a header is taken as it is, which is told', async () => {
  const { stdout, stderr } = await whatIf('--down', 'fra', 'headless.jsonl');
  assert.match(stderr, /headless\.jsonl has no header: each of its lines is taken for one query/);
  assert.match(stdout, /iad +25\.0 % +100\.0 % +0\.08 +0\.33/);
});
