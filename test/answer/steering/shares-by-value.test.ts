/** Plans that share queries out by what is measured: `weighted` with `by`, and `shed`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePlan } from '../../../runtime/plan/compile-plan.ts';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { name } from '../../support/wire.ts';
import { shed, World, weightedBy } from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  a: { records: { A: ['192.0.2.1'] }, check: TCP },
  b: { records: { A: ['192.0.2.2'] }, check: TCP },
  c: { records: { A: ['192.0.2.3'] }, check: TCP },
};
const ADDRESSES: Readonly<Record<string, string>> = { a: '192.0.2.1', b: '192.0.2.2', c: '192.0.2.3' };
/** Throws that stand for all, each alike. */
const THROWS = 1000;

interface Given {
  readonly load?: Readonly<Record<string, number>>;
  readonly latency?: Readonly<Record<string, number>>;
  readonly down?: readonly string[];
}

/** The share of each pool in the answers, in thousandths. */
function shares(plan: PlanData, { load = {}, latency = {}, down = [] }: Given): Record<string, number> {
  let thrown = 0;
  const world = new World(POOLS, () => (thrown + 0.5) / THROWS);
  for (const [pool, address] of Object.entries(ADDRESSES)) {
    if (pool in load || pool in latency)
      world.measure(address, latency[pool] ?? Number.NaN, load[pool] ?? Number.NaN);
  }
  world.down(...down.map((pool) => ADDRESSES[pool] ?? ''));
  const counts: Record<string, number> = {};
  for (; thrown < THROWS; thrown += 1) {
    const answer = world.answer(plan);
    const pool = Object.keys(ADDRESSES).find((each) => ADDRESSES[each] === answer) ?? answer;
    counts[pool] = (counts[pool] ?? 0) + 1;
  }
  return counts;
}

test('Weights are divided by what is measured', () => {
  assert.deepEqual(shares(weightedBy('load', { a: 1, b: 1 }), { load: { a: 0.3, b: 0.1 } }), {
    a: 250,
    b: 750,
  });
  assert.deepEqual(shares(weightedBy('load', { a: 3, b: 1 }), { load: { a: 300, b: 100 } }), {
    a: 500,
    b: 500,
  });
  assert.deepEqual(shares(weightedBy('latency', { a: 1, b: 1 }), { latency: { a: 10, b: 40 } }), {
    a: 800,
    b: 200,
  });
});

test('Who is not measured counts as the mean of the others, and where nobody is, weights alone count', () => {
  const loads = { a: 0.1, b: 0.3 };
  assert.deepEqual(shares(weightedBy('load', { a: 2, c: 2 }), { load: { a: 7 } }), { a: 500, c: 500 });
  assert.deepEqual(shares(weightedBy('load', { b: 3, a: 1, c: 2 }), { load: loads }), {
    b: 333,
    a: 334,
    c: 333,
  });
  assert.deepEqual(shares(weightedBy('load', { a: 1, b: 3 }), {}), { a: 250, b: 750 });
});

test('Who has hardly any load does not get all; without any load all are alike; what is down gets nothing', () => {
  assert.deepEqual(shares(weightedBy('load', { a: 1, b: 1 }), { load: { a: 0, b: 5 } }), { a: 952, b: 48 });
  assert.deepEqual(shares(weightedBy('load', { a: 1, b: 1 }), { load: { a: 0, b: 0 } }), { a: 500, b: 500 });
  assert.deepEqual(shares(weightedBy('load', { a: 1, b: 1 }), { load: { a: 0, b: 5 }, down: ['a'] }), {
    b: 1000,
  });
  assert.deepEqual(shares(weightedBy('load', { a: 0, b: 0 }), { load: { a: 1, b: 3 } }), { a: 750, b: 250 });
});

test('The first sheds more and more between the two marks', () => {
  const plan = shed(0.6, 0.9, 'a', 'b');
  const expected: readonly (readonly [load: number, kept: number])[] = [
    [0, 1000],
    [0.6, 1000],
    [0.75, 500],
    [0.87, 100],
    [0.9, 0],
    [7, 0],
  ];
  for (const [load, kept] of expected) {
    const { a = 0, b = 0 } = shares(plan, { load: { a: load, b: 0.1 } });
    assert.ok(Math.abs(a - kept) <= 1, `${load}: ${a}`);
    assert.equal(a + b, THROWS);
  }
});

test('Who says no load sheds none; what nobody keeps goes to the least loaded; what is down takes no part', () => {
  const plan = shed(0.5, 1, 'a', 'b', 'c');
  assert.deepEqual(shares(plan, {}), { a: 1000 });
  assert.deepEqual(shares(plan, { load: { a: 0.75, b: 0.75, c: 0.75 } }), { a: 625, b: 250, c: 125 });
  assert.deepEqual(shares(plan, { load: { a: 3, b: 2, c: 4 } }), { b: 1000 });
  assert.deepEqual(shares(plan, { load: { a: 3 } }), { b: 1000 });
  assert.deepEqual(shares(plan, { load: { a: 0.75, b: 0, c: 0 }, down: ['b'] }), { a: 500, c: 500 });
});

test('One pool that sheds is passed over by the choice that it stands in, as long as another is up', () => {
  const alone = shed(0.5, 1, 'a');
  const first: PlanData = { kind: 'firstHealthy', of: [alone, { kind: 'pool', pool: 'b' }] };
  assert.deepEqual(shares(first, { load: { a: 0.5 } }), { a: 1000 });
  assert.deepEqual(shares(first, { load: { a: 0.75 } }), { a: 500, b: 500 });
  assert.deepEqual(shares(first, { load: { a: 1 } }), { b: 1000 });
  assert.deepEqual(shares(first, { load: { a: 7 }, down: ['b'] }), { a: 1000 });
  assert.deepEqual(shares(first, { load: { a: 0 }, down: ['a'] }), { b: 1000 });
  const both: PlanData = { kind: 'firstHealthy', of: [alone, shed(0.5, 1, 'b')] };
  assert.deepEqual(shares(both, { load: { a: 3, b: 3 } }), { b: 1000 });
  const byWeight: PlanData = {
    kind: 'weighted',
    of: [
      { weight: 1, plan: alone },
      { weight: 1, plan: { kind: 'pool', pool: 'b' } },
    ],
  };
  assert.deepEqual(shares(byWeight, { load: { a: 0.75 } }), { a: 333, b: 667 });
  assert.deepEqual(shares(byWeight, { load: { a: 2 } }), { b: 1000 });
  assert.deepEqual(shares(alone, { load: { a: 7 } }), { a: 1000 });
});

test('Whatever is measured, each query is answered by one that is up', () => {
  const value = fc.oneof(
    fc.double({ min: 0, max: 1e12, noNaN: true }),
    fc.constant(Number.NaN),
    fc.constant(0),
  );
  const plans = [
    shed(0, 1, 'a', 'b', 'c'),
    weightedBy('load', { a: 0, b: 1, c: 1_000_000 }),
    weightedBy('latency', { a: 1, b: 1, c: 1 }),
  ];
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 6, maxLength: 6 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (values, thrown) => {
        const world = new World(POOLS, () => thrown);
        for (const [index, address] of Object.values(ADDRESSES).entries())
          world.measure(address, values[index] ?? 0, values[index + 3] ?? 0);
        world.down('192.0.2.2');
        for (const plan of plans) assert.match(world.answer(plan), /^192\.0\.2\.[13]$/);
      },
    ),
  );
});

test('An explanation says what is kept, and what is measured', () => {
  const world = new World(POOLS, () => 0.9).measure('192.0.2.1', 12.4, 0.75).measure('192.0.2.2', 30, 0.1);
  const told = (plan: PlanData): string[] => {
    const steps: SteeringStep[] = [];
    world.answer(plan, { steps });
    return steps.map(({ subject, verdict, why }) => `${subject} ${verdict}: ${why}`);
  };
  assert.deepEqual(told(shed(0.5, 1, 'a', 'b')), [
    'a kept: health: up, load 0.75, keeps 50 %',
    'b chosen: health: up, load 0.1, keeps 100 %',
  ]);
  assert.deepEqual(told(weightedBy('latency', { a: 95, b: 5 })), [
    'a chosen: health: up, weight 95, latency 12 ms',
    'b kept: health: up, weight 5, latency 30 ms',
  ]);
});

test('Marks that are none are refused', () => {
  const { pools } = new World(POOLS);
  const problemsOf = (plan: PlanData): string => {
    const compiled = compilePlan(
      plan,
      { zone: name('example.com.'), pools, ttl: 30, apex: false },
      'hosts.www',
    );
    return compiled.ok ? '' : JSON.stringify(compiled.problem);
  };
  for (const [low, high] of [
    [Number.NaN, 1],
    [-1, 1],
    [1, 1],
    [0.9, 0.6],
    [0, Number.POSITIVE_INFINITY],
  ] as const)
    assert.match(problemsOf(shed(low, high, 'a', 'b')), /Must be a load/, `${low} ${high}`);
  assert.match(problemsOf({ ...weightedBy('load', { a: 1 }), by: 'x' } as never), /Must be \\?"load/);
});
