/** Whole rolls of each kind with a clock turned by hand: no resolver ever finds the zone bogus on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RollKind } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { isLive } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { isSettled, liveTags, secureWorld } from './secure-world.ts';
import { DAY, HOUR, World } from './simulated-world.ts';

const LONG = 20 * DAY;

function roll(world: World, kind: RollKind): void {
  world.turn({ do: 'start', roll: kind });
  assert.ok(
    world.runUntil(() => world.steps.at(-1) === 'idle', LONG),
    world.steps.join(' '),
  );
}

test('A zone is signed for the first time, and its DS asked for when signatures are everywhere', () => {
  const world = new World();
  const start = world.now;
  assert.ok(world.runUntil(() => world.last?.keySet.cds !== 'none' && world.last !== undefined, LONG));
  assert.ok(world.now - start >= 3 * HOUR, 'the longest TTL of the unsigned zone is over');
  assert.ok(world.runUntil(() => isSettled(world), LONG));
  assert.deepEqual(world.steps, [
    'sign:start',
    'sign:propagation1',
    'sign:cache-expired1',
    'sign:propagation2',
    'sign:cache-expired2',
    'sign:done',
    'idle',
  ]);
  assert.equal(world.last?.keySet.cds, 'none', 'CDS go when every server of the parent has the DS');
  assert.deepEqual(
    world.ds.map(({ tag }) => tag),
    liveTags(world),
  );
});

test('A zone that nobody delegates is signed without a DS', () => {
  const world = new World({ policy: { parent: 'none' }, parentLags: [] });
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.equal(world.steps.includes('sign:propagation2'), false);
  assert.equal(world.last?.keySet.cds, 'none');
});

for (const [kind, scheme] of [
  ['csk', 'csk'],
  ['ksk', 'ksk-zsk'],
  ['zsk', 'ksk-zsk'],
] as const) {
  test(`A roll of the ${kind.toUpperCase()} leaves one new key, and the DS of the right one`, () => {
    const world = secureWorld({ policy: { scheme } });
    const before = liveTags(world);
    roll(world, kind);
    const after = liveTags(world);
    assert.equal(after.length, before.length);
    assert.equal(after.filter((tag) => !before.includes(tag)).length, 1);
    const sep = world.state.keys.filter((key) => isLive(key) && key.flags === 257).map(({ tag }) => tag);
    assert.deepEqual(
      world.ds.map(({ tag }) => tag),
      sep,
    );
    assert.deepEqual(
      world.servers[0]?.shown.keys.keys.map(({ tag }) => tag),
      after,
    );
  });
}

test('A key that is as old as its life is long is replaced by itself', () => {
  const world = secureWorld({ policy: { lifetimes: { csk: 30 * DAY } } });
  const [before] = liveTags(world);
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', 35 * DAY));
  assert.notDeepEqual(liveTags(world), [before]);
  assert.equal(world.folder.length, 2);
  assert.ok(world.runUntil(() => !world.folder.some(({ tag }) => tag === before), 60 * DAY));
  assert.ok(world.runUntil(() => world.state.keys.every(({ tag }) => tag !== before), DAY));
});

for (const scheme of ['csk', 'ksk-zsk'] as const) {
  test(`A roll to another algorithm signs with both before the key, and after it (${scheme})`, () => {
    // The parent acts at once, and caches keep DNSKEY for long: nothing but the engine makes it wait.
    const fast = { parentDelay: 0, parentLags: [0] };
    const world = secureWorld({ ...fast, policy: { scheme, ttl: { keys: 9 * HOUR, zone: HOUR } } });
    world.policy = { ...world.policy, algorithm: 15 };
    world.run(DAY);
    assert.equal(world.state.roll, undefined, 'it begins when an operator says so');
    assert.equal(world.last?.blocked[0]?.kind, 'command');
    roll(world, 'algorithm');
    assert.deepEqual([...new Set(world.state.keys.filter(isLive).map(({ algorithm }) => algorithm))], [15]);
    assert.deepEqual([...new Set(world.ds.map(({ algorithm }) => algorithm))], [15]);
    assert.ok(world.steps.includes('algorithm:cache-expired4'));
  });
}

test('A roll from a combined key to two keys, and back', () => {
  const world = secureWorld();
  for (const scheme of ['ksk-zsk', 'csk'] as const) {
    world.policy = { ...world.policy, scheme };
    roll(world, 'algorithm');
    const roles = world.state.keys.filter(isLive).map(({ role }) => role);
    assert.deepEqual(roles, scheme === 'csk' ? ['csk'] : ['ksk', 'zsk']);
  }
});

test('A zone goes unsigned only when no server of the parent answers a DS, and none is cached', () => {
  const world = secureWorld();
  const [stale] = world.parents.slice(1);
  assert.ok(stale);
  stale.isFrozen = true;
  world.policy = { ...world.policy, goal: 'unsigned' };
  world.run(10 * DAY);
  assert.equal(world.ds.length, 0);
  assert.equal(world.last?.keySet.cds, 'delete');
  assert.deepEqual(
    world.last?.blocked.map(({ kind }) => kind),
    ['ds-still'],
  );
  stale.isFrozen = false;
  assert.ok(world.runUntil(() => world.steps.at(-1) === 'idle', LONG));
  assert.deepEqual(world.last?.keySet, { dnskeys: [], unpublished: [], cds: 'none' });
});

test('Whoever thinks better of going unsigned has a secure zone again', () => {
  const world = secureWorld();
  const tags = liveTags(world);
  world.policy = { ...world.policy, goal: 'unsigned' };
  assert.ok(world.runUntil(() => world.ds.length === 0, LONG));
  world.policy = { ...world.policy, goal: 'signed' };
  assert.ok(world.runUntil(() => isSettled(world), LONG));
  assert.deepEqual(
    world.ds.map(({ tag }) => tag),
    tags,
  );
});
