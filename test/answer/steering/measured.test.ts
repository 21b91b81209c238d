/** Plans that go by what is measured: the least value wins, who has none is last, and what is down has none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PoolData } from '../../../runtime/rpc/plan.ts';
import { fastest, leastLoaded, World } from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'] }, check: TCP },
  eu: { records: { A: ['198.51.100.1'], AAAA: ['2001:db8::1'] }, check: TCP },
  free: { records: { A: ['203.0.113.1'] } },
};
const [US, EU, FREE] = ['192.0.2.1 192.0.2.2', '198.51.100.1', '203.0.113.1'];

test('While nothing is measured, the first is taken', () => {
  const world = new World(POOLS);
  assert.equal(world.answer(fastest('us', 'eu')), US);
  assert.equal(world.answer(leastLoaded('eu', 'us')), EU);
});

test('The fastest by the mean of its targets is taken, and changes when they do', () => {
  const world = new World(POOLS).measure('192.0.2.1', 10).measure('192.0.2.2', 50).measure(EU, 29);
  assert.equal(world.answer(fastest('us', 'eu')), EU);
  world.measure('192.0.2.2', 40);
  assert.equal(world.answer(fastest('us', 'eu')), US);
  assert.equal(world.answer(fastest('free', 'eu', 'us')), US, 'who is not measured comes last');
  assert.equal(world.answer(fastest('free')), FREE);
});

test('Of equals the first is taken', () => {
  const world = new World(POOLS).measure('192.0.2.1', 10, 1).measure(EU, 10, 1);
  assert.equal(world.answer(fastest('eu', 'us')), EU);
  assert.equal(world.answer(leastLoaded('us', 'eu')), US);
});

test('What is down counts for nothing, and neither does its value', () => {
  const world = new World(POOLS).measure('192.0.2.1', 1).measure('192.0.2.2', 90).measure(EU, 50);
  assert.equal(world.answer(fastest('us', 'eu')), US);
  world.down('192.0.2.1');
  assert.equal(world.answer(fastest('us', 'eu')), EU);
  world.down(EU, '2001:db8::1');
  assert.equal(world.answer(fastest('us', 'eu')), '192.0.2.2');
});

test('The least loaded is taken, whatever the latency', () => {
  const world = new World(POOLS)
    .measure('192.0.2.1', 1, 0.9)
    .measure('192.0.2.2', 1, 0.5)
    .measure(EU, 99, 0.6);
  assert.equal(world.answer(leastLoaded('us', 'eu')), EU);
  world.measure('192.0.2.1', 1, 0);
  assert.equal(world.answer(leastLoaded('us', 'eu')), US);
});

test('Members without the type take no part', () => {
  const world = new World(POOLS).measure('192.0.2.1', 1);
  assert.equal(world.answer(fastest('us', 'eu'), { type: 'AAAA' }), '2001:db8::1');
});

test('An explanation says what was measured', () => {
  const world = new World(POOLS).measure('192.0.2.1', 12.4, 0.123_456).measure('192.0.2.2', 12.4, 0.123_456);
  const told = (plan: ReturnType<typeof fastest>): string[] => {
    const steps: SteeringStep[] = [];
    world.answer(plan, { steps });
    return steps.map(({ subject, verdict, why }) => `${subject} ${verdict}: ${why}`);
  };
  assert.deepEqual(told(fastest('us', 'eu')), [
    'us chosen: health: up, latency 12 ms',
    'eu kept: health: up, latency not known',
  ]);
  assert.deepEqual(told(leastLoaded('us', 'eu')), [
    'us chosen: health: up, load 0.123',
    'eu kept: health: up, load not known',
  ]);
});
