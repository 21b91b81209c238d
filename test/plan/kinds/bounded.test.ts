/** Consistent hashing with bounded loads: who stays, who goes elsewhere when a pool is full, and how full a pool gets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinuteCount } from '../../../runtime/base/structures/minute-count.ts';
import { drawOf } from '../../../runtime/base/structures/rendezvous.ts';
import type { AskedFor, Candidates, Client } from '../../../runtime/plan/kind.ts';
import { bounded } from '../../../runtime/plan/kinds/bounded.ts';
import type { PlanByKind } from '../../../runtime/plan/plan.ts';

type BoundedPlan = PlanByKind['bounded'];

const NOBODY_ASKS = {
  latencies: undefined,
  latencyRow: () => assert.fail(),
  location: () => assert.fail(),
  place: () => assert.fail(),
};
const CHANCE = { byShares: () => assert.fail(), byWeight: () => assert.fail(), evenly: () => assert.fail() };

/** Pools by their capacities, as one answer process has them. */
function planOf(capacities: readonly number[], slack = 0.25): BoundedPlan {
  return {
    kind: 'bounded',
    of: capacities.map((capacity, index) => ({
      kind: 'pool',
      pool: {
        name: `p${index}`,
        sets: [],
        at: undefined,
        whenDown: 'all',
        capacity,
        load: new MinuteCount(),
      },
    })),
    seeds: capacities.map((_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 0),
    slack,
    by: 'network',
    keyHash: 0,
    together: false,
    commonTypes: 0,
  };
}

const among = (has: (index: number) => boolean): Candidates => ({
  has,
  share: () => 1,
  first: () => 0,
  measured: () => Number.POSITIVE_INFINITY,
});
const ALL = among(() => true);

function clientOf(hash: number, now = 0): Client {
  return { ...NOBODY_ASKS, subnetHash: () => hash, moment: () => now };
}

/** Answers one client, and counts the answer. */
function answer(plan: BoundedPlan, client: Client, processes = 1, candidates = ALL): number {
  const asked: AskedFor = { nameHash: () => 0, processes };
  const index = bounded.pick(plan, candidates, client, CHANCE, asked);
  plan.of[index]?.pool.load?.add();
  return index;
}

function firstChoice(plan: BoundedPlan, hash: number): number {
  const draws = plan.of.map(({ pool }, index) => drawOf(hash, plan.seeds[index] ?? 0, pool.capacity ?? 1));
  return draws.indexOf(Math.min(...draws));
}

const capacities = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
const hashes = fc.array(fc.integer(), { minLength: 1, maxLength: 400 });

test('Below all capacities everybody gets the first of the own order', () => {
  fc.assert(
    fc.property(capacities, hashes, (given, clients) => {
      const plan = planOf(given.map((capacity) => 100 * capacity));
      for (const hash of clients) assert.equal(answer(plan, clientOf(hash)), firstChoice(plan, hash));
    }),
  );
});

test('No pool gets more than its capacity, or than 1 + slack of its part, whoever asks', () => {
  fc.assert(
    fc.property(
      capacities,
      hashes,
      fc.constantFrom(0.01, 0.25, 1),
      fc.integer({ min: 1, max: 4 }),
      (given, clients, slack, processes) => {
        const plan = planOf(given, slack);
        const all = given.reduce((sum, one) => sum + one, 0);
        // At the end of a minute nothing is extrapolated.
        for (const { pool } of plan.of) pool.load?.perMinute(0);
        const counts = given.map(() => 0);
        for (const hash of clients) {
          const index = answer(plan, clientOf(hash, 59_999), processes);
          counts[index] = (counts[index] ?? 0) + 1;
        }
        for (const [index, capacity] of given.entries()) {
          const most = Math.max(
            (60 * capacity) / processes,
            ((1 + slack) * (clients.length + 1) * capacity) / all,
          );
          assert.ok((counts[index] ?? 0) <= Math.ceil(most) + 1, `${counts.join()} of ${given.join()}`);
        }
      },
    ),
  );
});

test('One that is full goes to others only with what is too much for it', () => {
  const plan = planOf([1, 1000, 1000]);
  const fond = Array.from({ length: 200_000 }, (_, hash) => hash).filter(
    (hash) => firstChoice(plan, hash) === 0,
  );
  const got = fond.slice(0, 80).map((hash) => answer(plan, clientOf(hash, 59_999)));
  assert.deepEqual(got.slice(0, 5), [0, 0, 0, 0, 0]);
  assert.ok(
    got.slice(60).every((index) => index !== 0),
    got.join(),
  );
  assert.ok(got.includes(1) && got.includes(2), 'each goes where its own order leads');
});

test('After a minute of rest everybody is where they were', () => {
  const plan = planOf([1, 1000]);
  const fond =
    Array.from({ length: 100_000 }, (_, hash) => hash).find((hash) => firstChoice(plan, hash) === 0) ?? 0;
  for (const { pool } of plan.of) pool.load?.perMinute(0);
  for (let left = 100; left > 0; left--) answer(plan, clientOf(fond, 59_999));
  assert.equal(answer(plan, clientOf(fond, 60_001)), 1);
  assert.equal(answer(plan, clientOf(fond, 180_000)), 0);
});

test('Whoever takes no part gets nothing, and the rest is shared among the others', () => {
  fc.assert(
    fc.property(hashes, (clients) => {
      const plan = planOf([1, 1, 1]);
      const others = among((index) => index !== 1);
      for (const hash of clients) assert.notEqual(answer(plan, clientOf(hash), 1, others), 1);
    }),
  );
});
