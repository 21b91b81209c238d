/** What is known of the targets of aliases over time: asked for ahead of its end, told in few steps, shared by zones, bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secondsToStep, ttlStep } from '../../../runtime/health/aliases/alias-news.ts';
import { AliasWorld, found, SILENT } from '../../support/alias-world.ts';

const SHOP = 'shop.example';

function shopWorld(ttl: number, answers: AliasWorld['answers'][string] = {}): AliasWorld {
  const world = new AliasWorld();
  world.answers[SHOP] = { A: found(ttl, '192.0.2.1'), ...answers };
  world.keeper.declare('example.com', [SHOP]);
  return world;
}

test('A target is asked for both families, and told with what is left of its TTL', async () => {
  const world = shopWorld(300);
  await world.seconds(1);
  assert.deepEqual(world.asked, [`${SHOP} A @0`, `${SHOP} AAAA @0`]);
  assert.equal(world.a(SHOP), '192.0.2.1 for 120 s');
  assert.deepEqual(world.known.get(SHOP)?.AAAA, { addresses: [], ttl: 30, isStale: false });
});

test('It is asked for again at the half of its TTL, so that answers have one TTL as long as resolvers answer', async () => {
  const world = shopWorld(300, { AAAA: found(300, '2001:db8::1') });
  await world.seconds(900);
  assert.deepEqual(
    world.asked.filter((one) => one.includes(' A ')),
    [0, 150, 300, 450, 600, 750, 900].map((second) => `${SHOP} A @${second}`),
  );
  assert.equal(world.a(SHOP), '192.0.2.1 for 120 s');
  assert.equal(world.sent, 1);
});

test('A change of addresses is told within a moment, in whatever order a resolver lists them', async () => {
  const world = shopWorld(20);
  await world.seconds(1);
  world.answers[SHOP] = { A: found(20, '192.0.2.1', '192.0.2.2') };
  await world.seconds(10);
  assert.equal(world.a(SHOP), '192.0.2.1 192.0.2.2 for 10 s');
});

test('A TTL of 0 is kept for the least time of the settings, a TTL of a week for the most', async () => {
  const world = shopWorld(0);
  await world.seconds(1);
  assert.equal(world.a(SHOP), '192.0.2.1 for 2 s');
  await world.seconds(14);
  // Each is asked for within five seconds, and not much sooner.
  assert.equal(world.asked.filter((one) => one.includes(' A ')).length, 5);
  world.answers[SHOP] = { A: found(604_800, '192.0.2.1') };
  await world.seconds(5);
  assert.equal(world.a(SHOP), '192.0.2.1 for 1800 s');
});

test('A resolver that never answered is asked again after 2, 4, 8 … seconds, half a minute at most', async () => {
  const world = shopWorld(1, { A: SILENT });
  await world.seconds(100);
  assert.deepEqual(
    world.asked.filter((one) => one.includes(' A ')),
    [0, 2, 6, 14, 30, 60, 90].map((second) => `${SHOP} A @${second}`),
  );
  assert.equal(world.a(SHOP), 'nothing');
  assert.deepEqual(world.problems, ['nothing comes back']);
});

test('Zones share a target, which is asked for as long as one has it', async () => {
  const world = shopWorld(20);
  world.keeper.declare('example.net', [SHOP, 'other.example']);
  await world.seconds(1);
  assert.equal(world.asked.filter((one) => one.startsWith(`${SHOP} A `)).length, 1);
  assert.deepEqual(
    world.keeper.report().map(({ zones }) => zones),
    [['example.com', 'example.net'], ['example.net']],
  );
  world.keeper.declare('example.com', []);
  await world.seconds(20);
  assert.equal(world.a(SHOP), '192.0.2.1 for 10 s');
  world.keeper.declare('example.net', []);
  await world.seconds(1);
  assert.deepEqual(
    [...world.known.values()].map(({ isGone }) => isGone),
    [true, true],
  );
  const before = world.asked.length;
  await world.seconds(1000);
  assert.equal(world.asked.length, before);
  assert.equal(world.clock.pending, 0);
});

test('Sixteen questions are on their way at most, and all are asked in the end', async () => {
  const world = new AliasWorld();
  world.isWaiting = true;
  const targets = Array.from({ length: 40 }, (_, index) => `t${index}.example`);
  world.keeper.declare('example.com', targets);
  await world.seconds(1);
  assert.equal(world.asked.length, 16);
  for (let round = 0; round < 10; round += 1) {
    world.release?.();
    await world.seconds(0.001);
  }
  assert.equal(new Set(world.asked.map((one) => one.split(' @')[0])).size, 80);
});

test('Targets beyond the number that is allowed are named, and not asked for', async () => {
  const world = new AliasWorld();
  world.most = 2;
  world.keeper.declare('example.com', ['a.example', 'b.example', 'c.example']);
  await world.seconds(1);
  assert.deepEqual([...world.keeper.beyond], ['c.example']);
  assert.equal(
    world.asked.some((one) => one.startsWith('c.')),
    false,
  );
  world.keeper.declare('example.com', ['a.example']);
  assert.equal(world.keeper.beyond.size, 0);
});

test('A version waits for the first answer, be it a failure, and knows it then', async () => {
  const world = new AliasWorld();
  world.isWaiting = true;
  world.answers[SHOP] = { A: found(20, '192.0.2.1'), AAAA: SILENT };
  world.keeper.declare('example.com', [SHOP]);
  let isSettled = false;
  const settled = world.keeper.settle(['example.com']).then(() => {
    isSettled = true;
  });
  await world.seconds(1);
  assert.equal(isSettled, false);
  world.release?.();
  await settled;
  assert.deepEqual(world.known.get(SHOP)?.A.addresses, ['192.0.2.1']);
});

test('Once it has stopped it asks nobody, and nobody waits for it', async () => {
  const world = shopWorld(20);
  await world.seconds(1);
  const before = world.asked.length;
  world.keeper.declare('example.net', ['other.example']);
  world.keeper.stop();
  await world.keeper.settle(['example.net']);
  await world.seconds(1000);
  assert.equal(world.asked.length, before + 2);
});

test('Steps never say more than is left, and end where the next begins', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), (seconds) => {
      const step = ttlStep(seconds);
      assert.ok(step <= seconds && step >= 1);
      assert.ok(seconds - secondsToStep(seconds) >= step - 1e-6);
      assert.equal(ttlStep(step), step);
    }),
  );
});
