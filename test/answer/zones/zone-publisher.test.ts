/** Versions of zones taking each other's place, as queries would see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../../runtime/answer/counting/counters.ts';
import { MemoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import { poolHealth } from '../../../runtime/answer/steering/pool-health.ts';
import { signingParts } from '../../../runtime/answer/zones/served-signing.ts';
import type { Served } from '../../../runtime/answer/zones/served-zone.ts';
import { Publisher } from '../../../runtime/answer/zones/zone-publisher.ts';
import type { AliasNews } from '../../../runtime/health/aliases/alias-news.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import { recordsInPool } from '../../../runtime/plan/plan.ts';
import type { LoadOutcome } from '../../../runtime/runner/runs-and-loads.ts';
import { ZoneSet } from '../../../runtime/zone/zone-set.ts';
import { name } from '../../support/wire.ts';
import { sent } from '../../support/zone-update.ts';
import { type ZoneSource, zoneUpdate } from '../server.ts';

/** A sandbox that loads when the test says so. */
class SlowSandbox {
  readonly dropped: string[] = [];
  readonly #loading = new Map<string, (outcome: LoadOutcome) => void>();

  hold(key: string): Promise<LoadOutcome> {
    return new Promise((resolve) => this.#loading.set(key, resolve));
  }

  finish(key: string, outcome: LoadOutcome = { ok: true, manifest: {} }): void {
    const resolve = this.#loading.get(key);
    assert.ok(resolve, `${key} is being loaded`);
    resolve(outcome);
  }

  drop(key: string): void {
    this.dropped.push(key);
  }
}

function setUp() {
  const sandbox = new SlowSandbox();
  const zones = new ZoneSet<Served>();
  const memory = new MemoSpace({ leaves: 10, policyOctets: 1e6, octets: 1e6 });
  const context = {
    health: new HealthTable(),
    counters: new Counters(),
    memory,
    signing: signingParts(1),
  };
  const publisher = new Publisher({ ...context, zones, sandbox });
  const origin = name('example.com.');
  const served = () => zones.find(origin, origin.length)?.attachment.version;
  return { sandbox, publisher, served, zones, health: context.health };
}

const update = (source: ZoneSource) => sent(zoneUpdate(source));
const version = (number: number) => update({ version: `0000000${number}`, policy: {} });
const key = (number: number) => `example.com@0000000${number}`;
/** Lets everything happen that does not wait for the test, in slices. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('A zone that was not there is seen at once, and applied when its script is loaded', async () => {
  const { sandbox, publisher, served } = setUp();
  let isApplied = false;
  const applied = publisher.apply([version(1)], []).then(() => {
    isApplied = true;
  });
  await settle();
  assert.deepEqual([served(), isApplied], ['00000001', false]);
  sandbox.finish(key(1));
  await applied;
});

test('An old version answers until the script of the new one is loaded, and is dropped after that', async () => {
  const { sandbox, publisher, served } = setUp();
  const first = publisher.apply([version(1)], []);
  await settle();
  sandbox.finish(key(1));
  await first;
  const second = publisher.apply([version(2)], []);
  await settle();
  assert.deepEqual([served(), sandbox.dropped], ['00000001', []]);
  sandbox.finish(key(2));
  await second;
  assert.deepEqual([served(), sandbox.dropped], ['00000002', [key(1)]]);
});

test('A version that passed its trial is served even if it does not load here', async () => {
  const { sandbox, publisher, served } = setUp();
  const applied = publisher.apply([version(1)], []);
  await settle();
  sandbox.finish(key(1), { ok: false, reason: 'crash', message: 'Gone' });
  await applied;
  assert.equal(served(), '00000001');
});

test('Versions of one zone follow one another in the order they came', async () => {
  const { sandbox, publisher, served } = setUp();
  const all = [1, 2, 3].map((number) => publisher.apply([version(number)], []));
  for (const number of [1, 2, 3]) {
    await settle();
    sandbox.finish(key(number));
  }
  await Promise.all(all);
  assert.deepEqual([served(), sandbox.dropped], ['00000003', [key(1), key(2)]]);
});

test('One zone does not wait for another', async () => {
  const { sandbox, publisher, served } = setUp();
  const slow = publisher.apply([update({ zone: 'slow.example', policy: {} })], []);
  await publisher.apply([update({ version: '00000009' })], []);
  assert.equal(served(), '00000009');
  sandbox.finish('slow.example@00000001');
  await slow;
});

test('The version that is there already is not loaded again', async () => {
  const { sandbox, publisher, served } = setUp();
  const first = publisher.apply([version(1)], []);
  await settle();
  sandbox.finish(key(1));
  await first;
  await publisher.apply([version(1)], []);
  assert.deepEqual([served(), sandbox.dropped], ['00000001', []]);
});

test('A policy in quarantine is never loaded', async () => {
  const { publisher, served } = setUp();
  await publisher.apply([update({ version: '00000005', policy: {}, quarantined: 'It hung' })], []);
  assert.equal(served(), '00000005');
});

test('A zone that is dropped is gone, its script too', async () => {
  const { sandbox, publisher, served } = setUp();
  const first = publisher.apply([version(1)], []);
  await settle();
  sandbox.finish(key(1));
  await first;
  await publisher.apply([], ['example.com', 'never.example']);
  assert.deepEqual([served(), sandbox.dropped, [...publisher.zones]], [undefined, [key(1)], []]);
});

test('A version goes by what was said of its pools before it came, and so does the next; what is ended is over', async () => {
  const { sandbox, publisher, zones, health } = setUp();
  const origin = name('example.com.');
  const eu = () => zones.find(origin, origin.length)?.attachment.policy?.pools.get('eu') ?? assert.fail();
  const withPool = (number: number, address: string) =>
    update({ version: `0000000${number}`, policy: { pools: { eu: { records: { A: [address] } } } } });
  const publish = async (number: number, address: string) => {
    const applied = publisher.apply([withPool(number, address)], []);
    await settle();
    sandbox.finish(key(number));
    await applied;
  };
  await publisher.override([{ zone: 'example.com', pools: [{ pool: 'eu', whole: 0 }] }]);
  assert.equal(health.areAllUp, true, 'there is nothing to override yet');
  await publish(1, '192.0.2.1');
  const first = eu();
  assert.equal(poolHealth(first, health), 'down');
  await publish(2, '192.0.2.2');
  assert.notEqual(eu(), first);
  // A query that began with the version before, and waits, goes by it as well.
  assert.deepEqual([poolHealth(first, health), poolHealth(eu(), health)], ['down', 'down']);
  const before = health.changes;
  await publisher.override([{ zone: 'example.com', pools: [{ pool: 'other', whole: 0 }] }]);
  assert.equal(poolHealth(eu(), health), 'up');
  assert.equal(eu().overridden, undefined);
  assert.notEqual(health.changes, before, 'replies that are kept do not hold any more');
});

test('What is known of the target of an alias shows without a new version, also where operators have drained a part of it', async () => {
  const { sandbox, publisher, zones, health } = setUp();
  const origin = name('example.com.');
  const cdn = () => zones.find(origin, origin.length)?.attachment.policy?.pools.get('cdn') ?? assert.fail();
  const news = (...addresses: string[]): AliasNews => ({
    target: 'shop.example.net',
    A: { addresses, ttl: 20, isStale: false },
    AAAA: { addresses: [], ttl: 20, isStale: false },
  });
  const up = () => recordsInPool(cdn()).map(({ rdata, slot }) => `${rdata.join('.')} ${health.isUp(slot)}`);
  const pools = { cdn: { alias: 'shop.example.net', records: {} } };
  await publisher.resolve([news('192.0.2.1', '192.0.2.2')]);
  const applied = publisher.apply([update({ version: '00000001', policy: { pools } })], []);
  await settle();
  sandbox.finish(key(1));
  await applied;
  assert.deepEqual(up(), ['192.0.2.1 true', '192.0.2.2 true']);
  await publisher.override([{ zone: 'example.com', pools: [{ pool: 'cdn', some: [['192.0.2.2', 0]] }] }]);
  assert.deepEqual(up(), ['192.0.2.1 true', '192.0.2.2 false']);
  await publisher.resolve([news('192.0.2.2', '192.0.2.3')]);
  assert.deepEqual(up(), ['192.0.2.2 false', '192.0.2.3 true']);
  await publisher.override([{ zone: 'example.com', pools: [{ pool: 'cdn', whole: 0 }] }]);
  await publisher.resolve([news('192.0.2.4')]);
  assert.deepEqual([up(), poolHealth(cdn(), health)], [['192.0.2.4 false'], 'down']);
  await publisher.override([{ zone: 'example.com', pools: [] }]);
  assert.deepEqual([up(), health.areAllUp], [['192.0.2.4 true'], true]);
});
