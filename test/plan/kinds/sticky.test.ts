/** What stays where it is: the network of a client, the name that is asked for, or a key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { sticky, tally, World } from '../../answer/world.ts';

const POOLS: Readonly<Record<string, PoolData>> = Object.fromEntries(
  ['a', 'b', 'c'].map((name, index) => [
    name,
    { records: { A: [`192.0.2.${index + 1}`] }, capacity: 1000, check: { type: 'tcp', port: 80 } },
  ]),
);
const PLAIN = sticky({ a: 1, b: 1, c: 1 });
const BOUNDED: PlanData = {
  kind: 'bounded',
  of: ['a', 'b', 'c'].map((pool) => ({ kind: 'pool', pool })),
};
const networks = Array.from({ length: 300 }, (_, index) => `10.${index >> 8}.${index & 255}.9`);

for (const plan of [PLAIN, BOUNDED]) {
  test(`${plan.kind} by network: one network stays, and networks are spread`, () => {
    const world = new World(POOLS);
    const got = networks.map((from) => world.answer(plan, { from }));
    assert.deepEqual(
      networks.map((from) => world.answer(plan, { from })),
      got,
    );
    for (const count of Object.values(tally(got))) assert.ok(count > 60, JSON.stringify(tally(got)));
    assert.equal(world.scope(plan, networks[0] ?? ''), 24);
  });

  test(`${plan.kind} by name: everybody gets one place for a name, and names are spread`, () => {
    const world = new World(POOLS);
    const byName = { ...plan, by: 'name' } as PlanData;
    const got = networks.map((_, index) => world.answer(byName, { named: `h${index}.example.com` }));
    const all = networks.map((from) => world.answer(byName, { from, named: 'h1.example.com' }));
    assert.deepEqual(Object.keys(tally(all)), [got[1]]);
    for (const count of Object.values(tally(got))) assert.ok(count > 60, JSON.stringify(tally(got)));
    assert.equal(world.scope(byName, networks[0] ?? ''), 0);
  });

  test(`${plan.kind} by key: everybody gets one place for a key, and keys are spread`, () => {
    const world = new World(POOLS);
    const byKey = (key: string) => ({ ...plan, key }) as PlanData;
    const got = networks.map((key) => world.answer(byKey(key)));
    const all = networks.map((from) => world.answer(byKey('10.0.1.9'), { from, named: from }));
    assert.deepEqual(Object.keys(tally(all)), [got[1]]);
    for (const count of Object.values(tally(got))) assert.ok(count > 60, JSON.stringify(tally(got)));
    assert.equal(world.scope(byKey('x'), networks[0] ?? ''), 0);
  });

  test(`${plan.kind}: one that goes down loses its own, and nobody else moves`, () => {
    const world = new World(POOLS);
    const before = networks.map((from) => world.answer(plan, { from }));
    world.down('192.0.2.2');
    const after = networks.map((from) => world.answer(plan, { from }));
    for (const [index, address] of before.entries()) {
      if (address === '192.0.2.2') assert.notEqual(after[index], address);
      else assert.equal(after[index], address);
    }
  });
}
