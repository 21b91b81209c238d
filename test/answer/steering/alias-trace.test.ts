/** Pools with the addresses of another name, as explain tells of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FamilyNews } from '../../../runtime/health/aliases/alias-news.ts';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import { firstHealthy, pool, World } from '../world.ts';

function worldWith(A: FamilyNews, AAAA: FamilyNews): World {
  const world = new World({
    cdn: { alias: 'shop.example.net', records: {} },
    spare: { records: { A: ['192.0.2.9'] } },
  });
  const cdn = world.pools.get('cdn') ?? assert.fail();
  cdn.sets = cdn.alias?.take({ target: 'shop.example.net', A, AAAA }) ?? assert.fail();
  return world;
}

function traced(world: World, plan: Parameters<World['choose']>[0], type: string): string[] {
  const steps: SteeringStep[] = [];
  world.choose(plan, { type, steps });
  return steps.map(({ depth, subject, verdict, why }) => `${depth} ${subject} ${verdict}: ${why}`);
}

const UNKNOWN: FamilyNews = { addresses: null, ttl: 0, isStale: false };

test('What is known of the target is told, with how long it holds', () => {
  const world = worldWith(
    { addresses: ['192.0.2.1'], ttl: 20, isStale: false },
    { addresses: ['2001:db8::1'], ttl: 30, isStale: true },
  );
  assert.deepEqual(traced(world, pool('cdn'), 'A'), [
    '0 cdn chosen: health: unchecked',
    '0 cdn A of shop.example.net kept: known for 20 s at least',
  ]);
  assert.deepEqual(traced(world, pool('cdn'), 'AAAA').slice(1), [
    '0 cdn AAAA of shop.example.net kept: stale: no resolver says anything newer',
  ]);
});

test('So is what it does not have, and that nothing is known', () => {
  const none = { addresses: [], ttl: 10, isStale: false };
  const world = worldWith({ addresses: ['192.0.2.1'], ttl: 20, isStale: false }, none);
  assert.deepEqual(traced(world, pool('cdn'), 'AAAA').slice(1), [
    '0 cdn AAAA of shop.example.net dropped: it has none; known for 10 s at least',
  ]);
  assert.deepEqual(traced(worldWith(UNKNOWN, none), firstHealthy('cdn', 'spare'), 'A'), [
    '0 cdn dropped: no A records',
    '0 spare chosen: health: unchecked',
  ]);
  assert.match(
    traced(worldWith(UNKNOWN, UNKNOWN), pool('cdn'), 'A').join(),
    /down \(nothing is known of shop\.example\.net\)/,
  );
  assert.match(
    traced(worldWith(none, none), pool('cdn'), 'A').join(),
    /down \(shop\.example\.net has no address\)/,
  );
});
