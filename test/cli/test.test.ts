/** `dnsteer test`: what a test gives reaches the policy, what is not as expected is told with its place and its reasons. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { definePolicy, firstHealthy, health, sticky, weighted } from 'dnsteer';
const check = { type: 'tcp', port: 443 } as const;
export default definePolicy({
  pools: {
    us: { A: '192.0.2.10', check, at: [39, -77] },
    eu: { A: ['198.51.100.20', '198.51.100.21'], check, ttl: 60, at: [50, 8] },
    plain: { A: '192.0.2.99' },
  },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    www: ({ client }) => (client.country === 'DE' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
    night: ({ time }) => (time.in('Europe/Berlin').hour === 23 ? 'eu' : 'us'),
    day: () => (new Date().getUTCDate() === 24 ? 'eu' : 'us'),
    beta: weighted({ us: 95, eu: 5 }),
    nested: weighted([[1, 'us'], [3, weighted({ us: 1, eu: 1 })]]),
    chat: sticky('us', 'eu'),
    bad: ({ client }) => { if (client.country === 'FR') throw new Error('no French'); return 'us'; },
    state: () => ({ TXT: health('eu') }),
    hot: ({ client }) => { if (client.country === 'FR') for (;;); return 'us'; },
  },
  records: { '@': { TXT: 'v=spf1 -all' } },
});
`;

const PASSING = `import { ask, distribution, expect, test, zone } from 'dnsteer/test';
import { COUNTRY } from './snippets/country.ts';

test('place', async () => {
  expect(await ask('www', 'A', { country: COUNTRY })).pool('eu').ttl(60).reads(['client.country'])
    .records('A', ['198.51.100.21', '198.51.100.20']);
  expect(await ask('www.shop.example', 'A', { country: 'US' })).pool('us').ttl(30);
  expect(await ask('www.shop.example.', 'A', { from: '5.9.0.1' })).pool('eu');
});
test('health', async () => {
  expect(await ask('www', 'A', { country: 'DE', health: { eu: 'down' } })).pool('us');
  expect(await ask('state', 'TXT', { health: { eu: 'degraded' } })).records('TXT', 'degraded');
  expect(await ask('www', 'A', { country: 'DE', health: { eu: 'degraded' } })).records('A', '198.51.100.21');
  expect(await ask('state', 'TXT')).records('TXT', 'up').reads(['health.eu']);
});
test('time', async () => {
  expect(await ask('night', 'A', { at: '2026-12-24 23:00 Europe/Berlin' })).pool('eu');
  expect(await ask('night', 'A', { at: '2026-12-24 23:00 UTC' })).pool('us');
  expect(await ask('day', 'A', { at: '2026-12-24' })).pool('eu');
  expect(await ask('day')).pool('us');
});
test('chance', async () => {
  expect(await distribution('beta')).shares({ us: 0.95, eu: 0.05 }).share('eu', 0.05);
  expect(await distribution('nested')).shares({ us: 0.625, eu: 0.375 });
  expect(await distribution('beta', 'A', { health: { us: 'down' } })).shares({ eu: 1 });
  const drawn = await Promise.all(Array.from({ length: 200 }, (_, seed) => ask('beta', 'A', { seed })));
  const share = drawn.filter(({ pool }) => pool === 'eu').length / 200;
  expect(share > 0 && share < 0.15).equals(true);
  expect((await ask('beta', 'A', { seed: 7 })).pool).equals((await ask('beta', 'A', { seed: 7 })).pool);
});
test('scope', async () => {
  expect(await ask('chat', 'A', { from: '203.0.113.0/24' })).scope(24);
  expect(await ask('@', 'TXT')).scope(0).records('TXT', 'v=spf1 -all');
  expect((await ask('www', 'A', { country: 'DE' })).scope).equals(undefined);
});
test('fallback', async () => {
  expect(await ask('bad', 'A', { country: 'FR' })).fallback('throw').pool('us');
  expect(await ask('bad', 'A', { country: 'DE' })).pool('us');
});
test('denial', async () => {
  expect(await ask('nowhere')).rcode('NXDOMAIN');
  expect(await ask('www', 'MX')).nodata();
});
test.each([{ country: 'DE', pool: 'eu' }, { country: 'US', pool: 'us' }])('$country gets $pool', async ({ country, pool }) => {
  expect(await zone('shop.example').ask('www', 'A', { country })).pool(pool);
});
test.each([['DE', 1], ['FR', 2]])('%s is %s', ([country, number]) => { expect([country, number].length).equals(2); });
test.skip('later');
`;

const FAILING = `import { ask, distribution, expect, log, test } from 'dnsteer/test';
test('wrong pool', async () => {
  log('here', { a: 1 });
  expect(await ask('www', 'A', { country: 'FR' })).pool('eu');
});
test('wrong share', async () => { expect(await distribution('beta')).share('eu', 0.5); });
test('hidden fallback', async () => { expect(await ask('bad', 'A', { country: 'FR' })).pool('us'); });
test('no fallback', async () => { expect(await ask('bad')).fallback('throw'); });
test('key', async () => { await ask('www', 'A', { contry: 'DE' } as never); });
test('time', async () => { await ask('www', 'A', { at: 'tomorrow' }); });
test('pool', async () => { await ask('www', 'A', { health: { ue: 'down' } }); });
test('no check', async () => { await ask('www', 'A', { health: { plain: 'down' } }); });
test('type', async () => { await ask('www', 'AA'); });
test('lost', async () => { ask('www'); });
test('no await', async () => { expect(ask('www')).pool('us'); });
test('never', () => new Promise<void>(() => {}));
test('rejected', async () => { void Promise.reject(new Error('nobody looks')); await ask('www'); });
test('long', () => { throw new Error('y'.repeat(1e6)); });
`;

test('A test gives place, health, time and chance, and the policy decides by them', async () => {
  const cwd = testFolder({
    'policies/shop.example.ts': POLICY,
    'policies/shop.example.test.ts': PASSING,
    'policies/snippets/country.ts': "export const COUNTRY = 'DE';\n",
  });
  const { code, stdout, stderr } = await dnsteer(['test', '--coverage'], { cwd });
  assert.equal(stderr, '');
  assert.match(
    stdout,
    /\n {2}✓ DE gets eu\n {2}✓ US gets us\n {2}✓ DE is 1\n {2}✓ FR is 2\n {2}- later\n\nshop\.example: 8 of 9 hosts, 9 of 12 cases are tested\n {2}not asked: hot\.shop\.example\n {2}not tested: state\.shop\.example for eu down\n {2}not tested: hot\.shop\.example for country DE\n {2}not tested: hot\.shop\.example for country FR, where it fails\npolicies\/shop\.example\.ts: 7 of 8 lines, 5 of 6 functions have run\n {2}lines not run: 19\n {2}functions not called: hot at 19\n\n11 passed, 0 failed, 1 skipped\n$/,
  );
  assert.equal(code, 0);
});

interface Told {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly {
    readonly tests: readonly {
      readonly name: string;
      readonly log: string;
      readonly failure?: {
        readonly message: string;
        readonly expected?: string;
        readonly actual?: string;
        readonly place?: { readonly file: string; readonly line: number; readonly column: number };
        readonly explanation?: { readonly host: string; readonly reads: unknown };
      };
    }[];
  }[];
}

test('What is not as expected is told with its place, both values, and why the answer is as it is', async () => {
  const cwd = testFolder({ 'policies/shop.example.ts': POLICY, 'policies/shop.example.test.ts': FAILING });
  const { code, stdout } = await dnsteer(['test', '--json', '--junit', 'out.xml'], { cwd });
  assert.equal(code, 1);
  const told = JSON.parse(stdout) as Told;
  assert.deepEqual([told.ok, told.passed, told.failed], [false, 0, 14]);
  const failures = new Map(told.files[0]?.tests.map(({ name, failure }) => [name, failure]));
  const pool = failures.get('wrong pool');
  assert.deepEqual([pool?.expected, pool?.actual], ['"eu"', '"us"']);
  const { file, line, column } = pool?.place ?? {};
  assert.deepEqual([file, line, column], ['policies/shop.example.test.ts', 4, 52]);
  assert.equal(pool?.explanation?.host, 'www');
  assert.deepEqual(pool.explanation.reads, [['client.country', 'FR']]);
  assert.equal(told.files[0]?.tests[0]?.log, 'here {"a":1}\n');
  const MESSAGES: Readonly<Record<string, RegExp>> = {
    'wrong share': /^share of "eu" is not as expected$/,
    'hidden fallback': /^The policy failed \(throw\), and its fallback is the answer: .*no French/,
    'no fallback': /^fallback: the policy did not fail$/,
    key: /^The case has no "contry"; did you mean "country"\?$/,
    time: /^at: "tomorrow" is no moment; write it as in/,
    pool: /^health\.ue: There is no such pool; there is us, eu, plain$/,
    'no check': /^health\.plain: The pool has no check, so it is never down$/,
    type: /^Type "AA" is not known/,
    lost: /^The test ended without awaiting the answer to www A$/,
    'no await': /await it, as in expect\(await ask\(…\)\)$/,
    never: /^The test never ends: it awaits a promise that nothing settles$/,
    rejected: /^A promise was rejected that nobody awaited: nobody looks$/,
    long: /^y{1000}$/,
  };
  for (const [name, message] of Object.entries(MESSAGES)) {
    assert.match(failures.get(name)?.message ?? '', message);
    assert.ok((failures.get(name)?.place?.line ?? 0) > 4, `${name} has a place`);
  }
  const xml = readFileSync(path.join(cwd, 'out.xml'), 'utf8');
  assert.match(xml, /^<\?xml .*\n<testsuites tests="14" failures="14" errors="0" skipped="0">/);
  assert.match(xml, /name="wrong pool" file="policies\/shop\.example\.test\.ts" line="4" time="[\d.]+">/);
  assert.match(xml, /expected &quot;eu&quot;\nactual &quot;us&quot;/);
  assert.ok(!xml.includes('\u001B'));
});

test('What cannot be understood ends with 2', async () => {
  const cwd = testFolder({
    'policies/shop.example.ts': POLICY.replace('fallback:', 'fallbak:'),
    'policies/shop.example.test.ts':
      "import { ask, test } from 'dnsteer/test';\ntest('a', async () => { await ask('www'); });\n",
    'policies/other.example.test.ts': "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
    'policies/thrown.example.test.ts': "throw new Error('at once');\n",
    'empty/x.example.ts': POLICY,
  });
  const { code, stdout, stderr } = await dnsteer(['test'], { cwd });
  assert.equal(code, 2);
  assert.match(
    stderr,
    /other\.example\.test\.ts:1:\d+.*\n.*may not import "node:fs"|may not import "node:fs"/,
  );
  assert.match(stderr, /thrown\.example\.test\.ts:1:7/);
  assert.match(stdout, /The zone shop\.example cannot be loaded: /);
  assert.match(stdout, /0 passed, 1 failed\n$/);
  const empty = await dnsteer(['test', '--policies', 'empty'], { cwd });
  assert.deepEqual([empty.code, empty.stdout], [2, '']);
  assert.match(empty.stderr, /^error: There is no test in empty; name one after its zone/);
  const allowed = await dnsteer(['test', '--policies', 'empty', '--no-fail-on-empty'], { cwd });
  assert.equal(allowed.code, 0);
  const unknown = await dnsteer(['test', 'nowhere', '--no-fail-on-empty'], { cwd });
  assert.equal(unknown.code, 2);
});

test('A program that imports a policy is told what to do instead, in words', () => {
  for (const [module, names] of [
    ['dnsteer', 'definePolicy, firstHealthy, health'],
    ['dnsteer/test', 'ask, expect, test'],
  ]) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `import { ${names} } from '${module}';`],
      { cwd: path.resolve(import.meta.dirname, '../..'), encoding: 'utf8' },
    );
    assert.equal(status, 1);
    assert.match(stderr, /sandbox of dnsteer only[^\n]*run: dnsteer test/);
  }
});

test('What programs can import has the names that policies can', () => {
  const types = path.resolve(import.meta.dirname, '../../types');
  for (const file of ['policy', 'test']) {
    const declared = readFileSync(path.join(types, `${file}.d.ts`), 'utf8');
    const names = [...declared.matchAll(/^export declare (?:function|const) (\w+)/gm)].map(
      ([, name]) => name,
    );
    const stub = readFileSync(path.join(types, `${file}.js`), 'utf8');
    const there = [...stub.matchAll(/^export const (\w+)/gm)].map(([, name = '']) => name);
    assert.deepEqual(new Set(there), new Set(names));
  }
});
