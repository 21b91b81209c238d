/** `dnsteer test` and tests that hang, never end, fill the memory or print without end: each fails, and the others run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsteer, testFolder } from '../cli/dnsteer.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ pools: { us: { A: '192.0.2.1' } }, fallback: 'us', hosts: {
  www: 'us',
  hot: ({ client }) => { if (client.country === 'FR') for (;;); return 'us'; },
} });
`;

const TESTS = `import { ask, expect, log, test } from 'dnsteer/test';
let seen = 0;
test('hangs', async () => { await ask('www'); for (;;); });
test('goes on after one that hangs, in a fresh isolate', async () => {
  seen += 1;
  expect(seen).equals(1);
  expect(await ask('www')).pool('us');
});
test('spins on promises', async () => { for (;;) await null; });
test('asks without end', async () => { for (;;) await ask('www'); });
test('fills the memory', () => { const all = []; for (;;) all.push(new Array(1e5).fill(0).map((_, i) => i + all.length)); });
test('prints without end', async () => { for (let i = 0; i < 2e5; i++) log('x'.repeat(100)); });
const hung = async () => {
  const { fallback, pool } = await ask('hot', 'A', { country: 'FR' });
  // A machine that is busy cannot tell how long it computed.
  expect(fallback?.reason === 'budget' || fallback?.reason === 'deadline').equals(true);
  expect(pool).equals('us');
};
test('a policy that hangs', hung);
test('the same again', hung);
test('and then', async () => { expect(await ask('hot')).pool('us'); });
`;

test('Tests that never end, fill the memory or print without end fail alone', async () => {
  const cwd = testFolder({ 'policies/shop.example.ts': POLICY, 'policies/shop.example.test.ts': TESTS });
  const { code, stdout } = await dnsteer(['test', '--json', '--timeout', '20'], { cwd });
  assert.equal(code, 1);
  const { files } = JSON.parse(stdout) as {
    files: {
      tests: {
        name: string;
        result: string;
        log: string;
        failure?: { message: string; place?: { line: number } };
      }[];
    }[];
  };
  const tests = new Map(files[0]?.tests.map((one) => [one.name, one]));
  const STOPPED =
    /^The test (?:ran longer than \d+ ms|was stopped, as it did not end in time on this busy machine)$/;
  assert.match(tests.get('hangs')?.failure?.message ?? '', STOPPED);
  assert.equal(tests.get('hangs')?.failure?.place?.line, 3);
  assert.match(tests.get('spins on promises')?.failure?.message ?? '', STOPPED);
  assert.match(
    tests.get('asks without end')?.failure?.message ?? '',
    /asks more than 5000 questions|ran longer/,
  );
  assert.match(tests.get('fills the memory')?.failure?.message ?? '', /used more memory/);
  const log = tests.get('prints without end')?.log ?? '';
  assert.ok(log.length < 4100 && log.endsWith('… (4000 characters are shown)\n'), log.slice(-100));
  const passed = [...tests.values()].filter(({ result }) => result === 'passed').map(({ name }) => name);
  assert.deepEqual(passed, [
    'goes on after one that hangs, in a fresh isolate',
    'prints without end',
    'a policy that hangs',
    'the same again',
    'and then',
  ]);
});
