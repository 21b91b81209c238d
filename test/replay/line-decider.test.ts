/** Recorded queries are decided with the world as it was, and what was not recorded is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrefix } from '../../runtime/base/net/ip.ts';
import { networkSetOf } from '../../runtime/base/net/network-set-builder.ts';
import { failure } from '../answer/scripted-sandbox.ts';
import { recorded } from './recorded.ts';
import { PlayedSide } from './side.ts';

const check = { type: 'tcp', port: 80 } as const;
const POOLS = {
  us: { records: { A: ['192.0.2.1'] }, check },
  eu: { records: { A: ['198.51.100.1', '198.51.100.2'] }, check },
};
const SHOP = { zone: 'shop.example', policy: { pools: POOLS, hosts: { www: null } } };
const pool = (name: string) => ({ kind: 'pool', pool: name });

function shop(script: PlayedSide['sandbox']['script']): PlayedSide {
  const side = new PlayedSide([SHOP]);
  side.sandbox.script = script;
  return side;
}

test('What was read has the value it had, in the sandbox and where it is remembered', async () => {
  // The network is in Germany today, and was in France then.
  const side = shop((read) => pool(read('client.country') === 'FR' ? 'eu' : 'us'));
  const then = recorded({ reads: [['client.country', 'FR']] });
  for (let time = 0; time < 2; time += 1) {
    const { pool: chosen, assumed } = await side.decide(then);
    assert.deepEqual([chosen, assumed, side.sandbox.asked.length], ['eu', [], 1]);
  }
  const now = await side.decide(recorded());
  assert.deepEqual([now.pool, now.assumed], ['us', ['client.country']]);
});

test('What nobody knew then is not known, whatever geo data has today', async () => {
  const side = shop((read) => pool(read('client.country') === null ? 'eu' : 'us'));
  const { pool: chosen } = await side.decide(recorded({ reads: [['client.country', null]] }));
  assert.equal(chosen, 'eu');
});

test('A policy that compares only sees what was recorded in full', async () => {
  const side = shop((read) => pool(read('client.country~DE,FR') === 'DE' ? 'eu' : 'us'));
  const of = async (country: string) =>
    (await side.decide(recorded({ reads: [['client.country', country]] }))).pool;
  assert.deepEqual([await of('FR'), await of('US'), await of('FR')], ['eu', 'us', 'eu']);
});

test('Health is as it was for each line, and what a policy read of it goes first', async () => {
  const side = shop((read) => pool(read('health.us') === 'down' ? 'eu' : 'us'));
  const of = async (given: Parameters<typeof recorded>[0]) => {
    const { pool: chosen, answer, assumed } = await side.decide(recorded(given));
    return [chosen, answer.length, assumed.join()];
  };
  assert.deepEqual(await of({ down: ['us/192.0.2.1', 'eu/198.51.100.2'] }), ['eu', 1, '']);
  assert.deepEqual(await of({}), ['us', 1, 'health.us']);
  assert.deepEqual(await of({ reads: [['health.us', 'down']] }), ['eu', 2, '']);
  assert.deepEqual(await of({ down: ['us'] }), ['eu', 2, '']);
  assert.deepEqual(await of({ down: ['old/198.51.100.1', 'us'] }), ['eu', 1, '']);
});

test('The moment is that of the line', async () => {
  const side = shop((read) => pool(read('time@Europe/Berlin.hour') === 13 ? 'eu' : 'us'));
  const of = async (at: string) => (await side.decide(recorded({ at }))).pool;
  assert.deepEqual(
    [
      await of('2026-12-24T12:30:00.000Z'),
      await of('2026-07-24T12:30:00.000Z'),
      await of('2026-07-24T11:30:00.000Z'),
    ],
    ['eu', 'us', 'eu'],
  );
});

test('Chance is as recorded, and what is thrown beyond that is the same each time', async () => {
  const side = shop(() => ({
    kind: 'weighted',
    of: [
      { weight: 1, plan: pool('us') },
      { weight: 1, plan: pool('eu') },
    ],
  }));
  const of = async (chance?: number[], id = 'x') =>
    (await side.decide(recorded({ id, ...(chance && { chance }) }))).pool;
  assert.deepEqual([await of([0.1]), await of([0.9]), await of([0.1])], ['us', 'eu', 'us']);
  const ids = Array.from({ length: 20 }, (_, index) => `id${index}`);
  const thrown = await Promise.all(ids.map((id) => of(undefined, id)));
  assert.deepEqual(await Promise.all(ids.map((id) => of([], id))), thrown);
  assert.deepEqual(new Set(thrown), new Set(['us', 'eu']));
});

test('A client of whom all was recorded is seen whole; of another the address is assumed', async () => {
  const side = shop((read) => pool(read('client.ip') === '198.51.100.7' ? 'eu' : 'us'));
  const whole = await side.decide(recorded({ client: '198.51.100.7' }));
  assert.deepEqual([whole.pool, whole.assumed], ['eu', []]);
  const network = await side.decide(recorded());
  assert.deepEqual([network.pool, network.assumed], ['us', ['client.ip']]);
});

test('Whether a client is in networks follows from what was recorded of it, unless they part its network', async () => {
  const side = shop((read) => pool(read('client.in(198.51.100.64/26)') === true ? 'eu' : 'us'));
  const wide = shop((read) => pool(read('client.in(198.51.0.0/16)') === true ? 'eu' : 'us'));
  const of = async (by: PlayedSide, client: string) => {
    const decided = [await by.decide(recorded({ client })), await by.decide(recorded({ client }))];
    assert.deepEqual(decided[0]?.assumed, decided[1]?.assumed);
    return [decided[0]?.pool, decided[0]?.assumed.join()];
  };
  assert.deepEqual(await of(side, '198.51.100.77'), ['eu', '']);
  assert.deepEqual(await of(side, '198.51.100.0/24'), ['us', 'client.in(198.51.100.64/26)']);
  assert.deepEqual(await of(side, '203.0.113.0/24'), ['us', '']);
  assert.deepEqual(await of(wide, '198.51.100.0/24'), ['eu', '']);
});

test('Whether a client was in a list is as recorded, whatever the list holds today', async () => {
  const lists = new Map([['staff.txt', networkSetOf([parsePrefix('203.0.113.0/24') ?? assert.fail()])]]);
  const side = new PlayedSide([{ ...SHOP, lists }]);
  side.sandbox.script = (read) => pool(read('client.in(@staff.txt)') === true ? 'eu' : 'us');
  const of = async (given: Parameters<typeof recorded>[0]) => {
    const decided = [await side.decide(recorded(given)), await side.decide(recorded(given))];
    assert.deepEqual(decided[0]?.pool, decided[1]?.pool);
    return [decided[0]?.pool, decided[0]?.assumed.join()];
  };
  const fact = 'client.in(@staff.txt)';
  assert.deepEqual(await of({ client: '203.0.113.0/24', reads: [[fact, false]] }), ['us', '']);
  assert.deepEqual(await of({ client: '198.51.100.0/24', reads: [[fact, true]] }), ['eu', '']);
  assert.deepEqual(await of({ client: '203.0.113.0/24' }), ['eu', fact]);
  assert.deepEqual(await of({ client: '198.51.100.0/24' }), ['us', fact]);
});

test('The way of a query is as recorded, and what nobody recorded of it is not known', async () => {
  const side = shop((read) =>
    pool(read('query.transport') === 'tls' && read('client.resolver.country') === 'FR' ? 'eu' : 'us'),
  );
  const of = async (given: Parameters<typeof recorded>[0]) => {
    const { pool: chosen, assumed } = await side.decide(recorded(given));
    return [chosen, assumed.join()];
  };
  const reads = [['client.resolver.country', 'FR']] as const;
  for (let turn = 0; turn < 2; turn += 1) {
    assert.deepEqual(await of({ transport: 'tls', reads }), ['eu', '']);
    assert.deepEqual(await of({ transport: 'udp', reads }), ['us', '']);
    assert.deepEqual(await of({ transport: 'tls' }), ['us', 'client.resolver.country']);
  }
});

test('Lines that wait for the sandbox wait side by side, and each has its own world', async () => {
  const side = shop((read) => pool(`${read('client.country')}` === 'DE' ? 'eu' : 'us'));
  side.sandbox.isHeld = true;
  const places = ['DE', 'US', 'FR', 'DE'].map((country) =>
    recorded({ reads: [['client.country', country]] }),
  );
  await side.decider.zones.make('shop.example');
  const decided = places.map((line) => side.decide(line));
  while (side.sandbox.held > 0) {
    side.sandbox.release();
    await Promise.resolve();
  }
  assert.deepEqual(
    (await Promise.all(decided)).map((one) => one.pool),
    ['eu', 'us', 'us', 'eu'],
  );
});

test('A policy that fails for some clients is asked for the others', async () => {
  const side = shop((read) => (read('client.country') === 'DE' ? failure('throw') : pool('us')));
  for (let index = 0; index < 10; index += 1) {
    const { fallback } = await side.decide(recorded({ reads: [['client.country', 'DE']] }));
    assert.equal(fallback, 'throw');
  }
  const { pool: chosen } = await side.decide(recorded({ reads: [['client.country', 'US']] }));
  assert.equal(chosen, 'us');
});

test('An answer is whole, also where it does not fit a datagram', async () => {
  const values = Array.from({ length: 200 }, (_, index) => `192.0.2.${index}`);
  const side = shop(() => ({ kind: 'records', records: { A: values } }));
  assert.equal((await side.decide(recorded({ transport: 'udp' }))).answer.length, 200);
});

test('Pools that are said to be down are, whatever was recorded', async () => {
  const side = new PlayedSide([SHOP], { down: ['us'], up: [] });
  side.sandbox.script = (read) => pool(read('health.us') === 'down' ? 'eu' : 'us');
  const of = async (given: Parameters<typeof recorded>[0]) => (await side.decide(recorded(given))).pool;
  assert.deepEqual(
    [await of({}), await of({ reads: [['health.us', 'up']] }), await of({ down: ['us'] })],
    ['eu', 'eu', 'eu'],
  );
  assert.deepEqual([...side.decider.zones.imagined.met], ['us']);
});

test('What asks nothing that can be asked is refused in words', () => {
  const { decider } = shop(() => pool('us'));
  const problem = (given: Parameters<typeof recorded>[0]) => {
    const read = decider.read(recorded(given), 0);
    return read.ok ? undefined : read.problem;
  };
  assert.match(problem({ client: 'somebody' }) ?? '', /^client: /);
  assert.match(problem({ type: 'WHAT' }) ?? '', /^type: /);
  assert.match(problem({ name: 'a..b' }) ?? '', /^name: /);
  assert.equal(problem({ name: '' }), undefined);
});
