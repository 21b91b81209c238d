/** RFC 8767: what is known of the target of an alias is served stale where no resolver says anything newer. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AliasWorld, found, SILENT } from '../support/alias-world.ts';

const SHOP = 'shop.example';

describe('RFC 8767: stale data', () => {
  async function staleWorld(): Promise<AliasWorld> {
    const world = new AliasWorld();
    world.answers[SHOP] = { A: found(60, '192.0.2.1') };
    world.keeper.declare('example.com', [SHOP]);
    await world.seconds(1);
    world.answers[SHOP] = { A: SILENT };
    return world;
  }

  test('RFC 8767 §4: data whose TTL is over is served if it cannot be had anew, with a TTL of 30 seconds (§5)', async () => {
    const world = await staleWorld();
    await world.seconds(58);
    assert.doesNotMatch(world.a(SHOP), /stale/);
    await world.seconds(2);
    assert.equal(world.a(SHOP), '192.0.2.1 for 30 s, stale');
  });

  test('RFC 8767 §5: it is asked for again every 30 seconds at most while it is stale', async () => {
    const world = await staleWorld();
    await world.seconds(62);
    const before = world.asked.length;
    await world.seconds(300);
    const ofA = world.asked.slice(before).filter((one) => one.includes(' A '));
    assert.ok(ofA.length <= 10, ofA.join());
  });

  test('RFC 8767 §5: it is served for no longer than a maximum, and then nothing is known', async () => {
    const world = await staleWorld();
    await world.seconds(60 + 590);
    assert.match(world.a(SHOP), /stale/);
    await world.seconds(20);
    assert.equal(world.a(SHOP), 'nothing');
  });

  test('RFC 8767 §4: an answer replaces stale data at once, and so does a denial', async () => {
    const world = await staleWorld();
    await world.seconds(100);
    world.answers[SHOP] = { A: { kind: 'none', ttl: 60 } };
    await world.seconds(30);
    assert.equal(world.a(SHOP), 'none for 30 s');
    world.answers[SHOP] = { A: found(60, '192.0.2.9') };
    await world.seconds(45);
    assert.match(world.a(SHOP), /^192\.0\.2\.9 for/);
    assert.deepEqual(world.problems, ['nothing comes back', undefined]);
  });

  test('RFC 8767 §6: whoever wants none of it sets the maximum to 0', async () => {
    const world = await staleWorld();
    world.times.stale = 0;
    await world.seconds(62);
    assert.equal(world.a(SHOP), 'nothing');
  });

  test('RFC 8767 §4: what an earlier server knew is as old as it was then', async () => {
    const world = new AliasWorld();
    await world.seconds(1000);
    world.keeper.inherit(SHOP, 'A', { addresses: ['192.0.2.1'], since: 0, until: 900_000 });
    world.answers[SHOP] = { A: SILENT };
    world.keeper.declare('example.com', [SHOP]);
    await world.keeper.settle(['example.com']);
    await world.seconds(1);
    assert.equal(world.a(SHOP), '192.0.2.1 for 30 s, stale');
    await world.seconds(500);
    assert.equal(world.a(SHOP), 'nothing');
  });
});
