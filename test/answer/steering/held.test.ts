/** Targets that are held back for flapping: nobody is sent to them while another is up, and they go before what is down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { fence, firstHealthy, geo, pool, sticky, World, weighted } from '../world.ts';

const check = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  a: { records: { A: ['192.0.2.1', '192.0.2.2'] }, check },
  b: { records: { A: ['198.51.100.1'] }, check },
  shy: { records: { A: ['203.0.113.1'] }, check, whenDown: 'empty' },
  excused: {
    records: { A: ['203.0.113.2'] },
    check,
    whenDown: { kind: 'records', records: { A: ['203.0.113.99'] } },
  },
};
const A = ['192.0.2.1', '192.0.2.2'];

/** Plan, what is held, what is down → the answer. */
const CASES: Readonly<
  Record<string, readonly [PlanData, held: readonly string[], down: readonly string[], answer: string]>
> = {
  'A held address is not answered beside one that is up': [pool('a'), ['192.0.2.1'], [], '192.0.2.2'],
  'and is where the other is down': [pool('a'), ['192.0.2.1'], ['192.0.2.2'], '192.0.2.1'],
  'A held pool is passed over': [firstHealthy('a', 'b'), A, [], '198.51.100.1'],
  'and chosen before one that is down': [firstHealthy('b', 'a'), A, ['198.51.100.1'], '192.0.2.1 192.0.2.2'],
  'and of two that are held the first': [
    firstHealthy('a', 'b'),
    [...A, '198.51.100.1'],
    [],
    '192.0.2.1 192.0.2.2',
  ],
  'A pool that would be empty is answered while it is only held': [
    pool('shy'),
    ['203.0.113.1'],
    [],
    '203.0.113.1',
  ],
  'Nothing stands in for what is only held': [pool('excused'), ['203.0.113.2'], [], '203.0.113.2'],
  'A draw is among those that are up': [weighted({ a: 99, b: 0 }), A, [], '198.51.100.1'],
  'A network moves while its place is held': [sticky({ a: 1_000_000, b: 1 }), A, [], '198.51.100.1'],
  'A fence answers what is only held': [fence('b'), ['198.51.100.1'], [], '198.51.100.1'],
  'A table leads to the next place': [geo({ DE: 'a', default: 'b' }), A, [], '198.51.100.1'],
};

for (const [what, [plan, held, down, answer]] of Object.entries(CASES)) {
  test(what, () => {
    const world = new World(POOLS, () => 0.5).held(...held).down(...down);
    assert.equal(world.answer(plan, { from: '198.51.100.77' }), answer);
    const steps: Parameters<World['answer']>[1] = { from: '198.51.100.77', steps: [] };
    world.answer(plan, steps);
    assert.equal(steps.steps?.filter(({ verdict, depth }) => verdict === 'chosen' && depth === 0).length, 1);
  });
}
