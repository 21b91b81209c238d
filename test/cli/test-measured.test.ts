/** `dnsteer test` of plans that go by what is measured, and of pools with thresholds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsteer, testFolder } from './dnsteer.ts';

const POLICY = `import { alias, definePolicy, fastest, firstHealthy, health, leastLoaded } from 'dnsteer';
const check = { type: 'tcp', port: 443 } as const;
export default definePolicy({
  pools: {
    us: { A: '192.0.2.10', check },
    eu: { A: '198.51.100.20', check },
    plain: { A: '192.0.2.99' },
    most: {
      A: ['192.0.2.50', '192.0.2.51', '192.0.2.52'],
      check: { all: [check, { not: { type: 'tcp', port: 9, address: 'lock.test' } }] },
      upWhen: { percent: 60, weights: { '192.0.2.50': 3 } },
    },
    whole: { A: ['192.0.2.60', '192.0.2.61'], check, upWhen: { percent: 100 } },
  },
  fallback: 'us',
  hosts: {
    quick: fastest('us', 'eu'),
    idle: () => leastLoaded('us', 'eu'),
    most: 'most',
    cdn: firstHealthy(alias('shop.cdn.example', { ttl: 300 }), 'plain'),
    state: () => ({ TXT: health('whole') }),
  },
});
`;

const TESTS = `import { ask, expect, test } from 'dnsteer/test';
test('latency', async () => {
  expect(await ask('quick')).pool('us');
  expect(await ask('quick', 'A', { latency: { us: 90, eu: 20 } })).pool('eu');
  expect(await ask('quick')).pool('us');
  expect(await ask('quick', 'A', { latency: { us: 90, eu: 20 }, health: { eu: 'down' } })).pool('us');
});
test('load', async () => {
  expect(await ask('idle', 'A', { load: { us: 0.9, eu: 0.2 }, latency: { us: 1 } })).pool('eu');
});
test('thresholds', async () => {
  expect(await ask('most', 'A', { health: { most: 'degraded' } })).records('A', ['192.0.2.50', '192.0.2.52']);
  expect(await ask('state', 'TXT', { health: { whole: 'down' } })).records('TXT', 'down');
});
test('aliases', async () => {
  expect(await ask('cdn')).pool('plain');
  const aliases = { 'shop.cdn.example': { A: ['192.0.2.70', '192.0.2.71'], ttl: 60 } };
  const answer = await ask('cdn', 'A', { aliases });
  expect(answer).pool('alias:shop.cdn.example:300');
  expect(answer).records('A', ['192.0.2.70', '192.0.2.71']);
  expect(answer).ttl(60);
  expect(await ask('cdn', 'AAAA', { aliases })).nodata();
  expect(await ask('cdn')).pool('plain');
});
test('no such alias', async () => { await ask('cdn', 'A', { aliases: { 'shop.cdn.exampel': {} } }); });
test('never degraded', async () => { await ask('state', 'TXT', { health: { whole: 'degraded' } }); });
test('unchecked', async () => { await ask('quick', 'A', { latency: { plain: 1 } }); });
test('misspelt', async () => { await ask('quick', 'A', { load: { ue: 1 } }); });
`;

test('A test gives what is measured, and a state that a pool with a threshold can have', async () => {
  const cwd = testFolder({ 'policies/shop.example.ts': POLICY, 'policies/shop.example.test.ts': TESTS });
  const { code, stdout } = await dnsteer(['test'], { cwd });
  for (const passed of ['latency', 'load', 'thresholds', 'aliases'])
    assert.match(stdout, new RegExp(`✓ ${passed}\n`), stdout);
  for (const problem of [
    'health.whole: "upWhen" wants all of the pool, so it is up or down',
    'latency.plain: The pool has no check, so nothing is measured of it',
    'load.ue: There is no such pool; there is us, eu',
    'aliases["shop.cdn.exampel"]: No pool is an alias of it; did you mean "shop.cdn.example"?',
  ])
    assert.ok(stdout.includes(problem), stdout);
  assert.match(stdout, /4 passed, 4 failed\n$/);
  assert.equal(code, 1);
});
