/** Weights at their edges: 0, all 0, one alone; and what is no weight is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { seededRandom, sticky, tally, World, weighted } from '../answer/world.ts';
import { name } from '../support/wire.ts';

const check = { type: 'tcp', port: 80 } as const;
const POOLS = {
  a: { records: { A: ['192.0.2.1'] }, check },
  b: { records: { A: ['192.0.2.2'] }, check },
  c: { records: { A: ['192.0.2.3'] }, check },
};
const NETWORKS = Array.from({ length: 600 }, (_, index) => `10.${index >> 8}.${index & 255}.9`);

/** Chance may differ by so much: of 600 answers, three standard deviations. */
const TOLERANCE = 0.065;

/** Just these addresses are answered, each with its share. */
function answers(plan: PlanData, shares: Readonly<Record<string, number>>, ...down: string[]): void {
  const world = new World(POOLS, seededRandom(1)).down(...down);
  const counts = tally(NETWORKS.map((from) => world.answer(plan, { from })));
  assert.deepEqual(Object.keys(counts).sort(), Object.keys(shares));
  for (const [address, share] of Object.entries(shares)) {
    const got = (counts[address] ?? 0) / NETWORKS.length;
    assert.ok(Math.abs(got - share) < TOLERANCE, `${address}: ${got} in place of ${share}`);
  }
}

for (const kind of [weighted, sticky]) {
  const { kind: named } = kind({ a: 1 });
  test(`${named}: a weight of 0 gets nothing while another is up`, () => {
    answers(kind({ a: 0, b: 1, c: 1 }), { '192.0.2.2': 0.5, '192.0.2.3': 0.5 });
    answers(kind({ a: 0, b: 1, c: 0 }), { '192.0.2.2': 1 });
  });

  test(`${named}: those with 0 share equally when all others are down`, () => {
    answers(kind({ a: 0, b: 1, c: 0 }), { '192.0.2.1': 0.5, '192.0.2.3': 0.5 }, '192.0.2.2');
    answers(kind({ a: 0, b: 1, c: 0 }), { '192.0.2.3': 1 }, '192.0.2.2', '192.0.2.1');
  });

  test(`${named}: all of them 0 share equally`, () => {
    answers(kind({ a: 0, b: 0, c: 0 }), { '192.0.2.1': 1 / 3, '192.0.2.2': 1 / 3, '192.0.2.3': 1 / 3 });
  });

  test(`${named}: where all are down, weights count as if all were up`, () => {
    const all = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    answers(kind({ a: 0, b: 1, c: 1 }), { '192.0.2.2': 0.5, '192.0.2.3': 0.5 }, ...all);
  });

  test(`${named}: one alone is chosen, whatever its weight`, () => {
    answers(kind({ a: 0 }), { '192.0.2.1': 1 });
    answers(kind({ a: 0 }), { '192.0.2.1': 1 }, '192.0.2.1');
    answers(kind({ a: 1_000_000 }), { '192.0.2.1': 1 });
  });

  test(`${named}: a weight of 0 is chosen where the others have nothing of the type`, () => {
    const world = new World({ ...POOLS, six: { records: { A: ['192.0.2.6'], AAAA: ['2001:db8::6'] } } });
    const plan = kind({ a: 1, six: 0 });
    assert.deepEqual(
      [world.answer(plan), world.answer(plan, { type: 'AAAA' })],
      ['192.0.2.1', '2001:db8::6'],
    );
  });

  for (const weight of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1_000_001, '1', null, undefined]) {
    test(`${named}: ${weight} is no weight`, () => {
      const { pools } = new World(POOLS);
      const data = { kind: named, of: [{ weight, plan: { kind: 'pool', pool: 'a' } }] };
      const read = compilePlan(
        data,
        { zone: name('example.com.'), pools, ttl: 30, apex: false },
        'hosts.www',
      );
      const problem = `hosts.www.${named}[0]: Weight must be a whole number from 0 to 1000000`;
      assert.deepEqual(read, { ok: false, problem });
    });
  }
}
