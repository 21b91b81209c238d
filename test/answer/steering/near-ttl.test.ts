/** TTLs that fall as a change of health comes near, in few steps, and never below or above their bounds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fallenTtl } from '../../../runtime/answer/steering/near-ttl.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { firstHealthy, pool, World } from '../world.ts';

const check = { type: 'tcp', port: 443, interval: 10, rise: 2, fall: 3 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'] }, check, ttl: 60, leastTtl: 5 },
  eu: { records: { A: ['198.51.100.1'] }, check: { ...check, interval: 60 }, ttl: 60, leastTtl: 5 },
  free: { records: { A: ['203.0.113.1'] }, ttl: 60 },
};

test('A TTL falls by halves, to the time that there is', () => {
  assert.deepEqual(
    [120, 60, 59, 30, 20, 10, 9, 0].map((seconds) => fallenTtl(60, 5, seconds)),
    [60, 60, 30, 30, 15, 7, 7, 5],
  );
});

test('Law: within bounds, in few steps, and as long as there is time', () => {
  const ttl = fc.nat(100_000);
  fc.assert(
    fc.property(ttl, ttl, fc.array(fc.nat(200_000)), (most, least, times) => {
      const steps = new Set(times.map((seconds) => fallenTtl(most, least, seconds)));
      assert.ok(steps.size <= 2 + Math.ceil(Math.log2(most + 1)));
      for (const step of steps) assert.ok(step <= most && step >= Math.min(most, least));
      for (const seconds of times) {
        const fallen = fallenTtl(most, least, seconds);
        assert.ok(fallen <= seconds || fallen <= least, `${fallen} in ${seconds}`);
        assert.ok(fallen === most || fallen <= least || 2 * fallen + 1 >= Math.min(most, seconds));
      }
    }),
  );
});

const ttls = (world: World, plan: PlanData, ...near: readonly number[]): number[] =>
  near.map((against) => world.near('192.0.2.1', against).ttl(plan));

test('It goes by the results that it would take to change the state of a target', () => {
  const world = new World(POOLS);
  // 30, 20 and 10 seconds.
  assert.deepEqual(ttls(world, pool('us'), 0, 1, 2, 0), [30, 15, 7, 30]);
  // Of one that is down: 20 and 10 seconds.
  world.down('192.0.2.1');
  assert.deepEqual(ttls(world, pool('us'), 0, 1), [15, 7]);
});

test('All targets of a plan count, whoever answers; but not for pools that do not say so', () => {
  const world = new World(POOLS);
  assert.deepEqual(ttls(world, firstHealthy('eu', 'us'), 0, 2), [30, 7]);
  assert.equal(world.ttl(pool('eu')), 60);
  assert.deepEqual(ttls(world, firstHealthy('free', 'us'), 0, 2), [60, 60]);
});

test('Of checks that count together the quickest counts, as if the whole of its change were still to come', () => {
  const all = [check, { ...check, port: 80, interval: 20 }];
  const both: PoolData = { records: { A: ['192.0.2.9'] }, check: { all }, ttl: 60, leastTtl: 5 };
  const world = new World({ ...POOLS, both });
  assert.equal(world.ttl(pool('both')), 15);
  world.down('192.0.2.9');
  assert.equal(world.ttl(pool('both')), 15);
});

test('States that are pushed change at once: the TTL falls to the time for which a push holds', () => {
  const records = { A: ['192.0.2.9'] };
  const pushed: PoolData = { records, check: { type: 'push', expires: 20 }, ttl: 60, leastTtl: 5 };
  assert.equal(new World({ pushed }).ttl(pool('pushed')), 15);
});
