/** What is taken from the packet cache, what is not, and what of it still counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData } from '../../../runtime/rpc/plan.ts';
import type { Ask } from '../packet.ts';
import { Server, type ServerOptions } from '../server.ts';

const EU: PlanData = { kind: 'pool', pool: 'eu' };
const US: PlanData = { kind: 'pool', pool: 'us' };
const POOLS = { eu: { records: { A: ['198.51.100.1'] } }, us: { records: { A: ['192.0.2.1'] } } };
const BERLIN: Ask = { question: 'www.example.com A', from: '198.51.100.1' };
const ASHBURN: Ask = { question: 'www.example.com A', from: '192.0.2.1' };

function serving(plan: PlanData | null, options: ServerOptions = {}): Server {
  const server = new Server(options);
  server.put({ records: 'static A 192.0.2.7', policy: { pools: POOLS, hosts: { www: plan } } });
  return server;
}

/** How many of so many answers to one question are taken as they were made. */
function taken(server: Server, ask: string | Ask, times = 5): number {
  const before = server.counters.steps.packetHits;
  for (let count = 0; count < times; count += 1) server.ask(ask);
  return server.counters.steps.packetHits - before;
}

test('A record, a plan and a decision are made into a reply once', () => {
  const server = serving(null);
  server.sandbox.script = () => EU;
  server.put({ zone: 'plan.example', policy: { pools: POOLS, hosts: { www: US } } });
  assert.equal(taken(server, 'static.example.com A'), 4);
  assert.equal(taken(server, 'static.example.com AAAA'), 4);
  assert.equal(taken(server, 'www.plan.example A'), 4);
  // Decided, then remembered, then taken.
  assert.equal(taken(server, 'www.example.com A'), 3);
  assert.equal(server.counters.steps.memoHits, 4, 'each is a decision from memory all the same');
  assert.equal(server.counters.zone('example.com').all.memoHits, 4);
});

test('Clients are told apart by what was read of them, and by nothing else', () => {
  const server = serving(null);
  server.sandbox.script = (read) => (read('client.country') === 'DE' ? EU : US);
  for (const ask of [BERLIN, ASHBURN]) taken(server, ask);
  assert.deepEqual(server.ask(BERLIN).at(1), 'www.example.com. 30 A 198.51.100.1');
  assert.equal(taken(server, { ...BERLIN, from: '198.51.100.77' }), 5);
  const scope = server.ask({ question: 'www.example.com A', ecs: '198.51.100.0/24' });
  assert.ok(scope.join().includes('scope 24'), scope.join('\n'));
});

test('Chance goes on as it was: each share of a weighted plan is a reply of its own', () => {
  let thrown = 0;
  const of = [EU, US].map((plan, index) => ({ plan, weight: index + 1 }));
  const server = serving({ kind: 'weighted', of }, { random: () => thrown });
  const addressAt = (at: number): string => {
    thrown = at;
    return server.ask('www.example.com A')[1] ?? '';
  };
  const throws = [0, 0.2, 0.33, 0.34, 0.6, 0.99];
  const first = throws.map(addressAt);
  const { packetHits } = server.counters.steps;
  assert.deepEqual(throws.map(addressAt), first);
  assert.equal(server.counters.steps.packetHits - packetHits, throws.length);
  assert.deepEqual(
    first.map((line) => (line.endsWith('198.51.100.1') ? 'eu' : 'us')),
    ['eu', 'eu', 'eu', 'us', 'us', 'us'],
  );
});

for (const [what, plan] of [
  ['two draws', { kind: 'rotate', of: { kind: 'weighted', of: [{ plan: EU, weight: 1 }] } }],
  ['the subnet', { kind: 'sticky', of: [{ plan: EU, weight: 1 }] }],
  ['a refusal', { kind: 'refuse' }],
  ['a name that is denied', { kind: 'nxdomain' }],
] as const satisfies readonly (readonly [string, PlanData])[]) {
  test(`What comes of ${what} is made each time`, () => {
    assert.equal(taken(serving(plan), 'www.example.com A'), 0);
  });
}

test('A referral is made each time, as it is limited by its owner', () => {
  const server = new Server();
  server.put({ records: 'cut NS ns.example.net.' });
  assert.equal(taken(server, 'www.cut.example.com A'), 0);
});

test('What depends on the time is made each time', () => {
  let now = 0;
  const server = serving(null, { clock: () => now });
  server.sandbox.script = (read) => ((read('time.hour') as number) < 12 ? EU : US);
  assert.equal(taken(server, 'www.example.com A'), 0);
  now = 12 * 3_600_000;
  assert.equal(server.ask('www.example.com A')[1], 'www.example.com. 30 A 192.0.2.1');
});

test('What cannot be remembered is decided each time', () => {
  const server = serving(null);
  server.sandbox.script = () => EU;
  server.sandbox.impure = ['random'];
  assert.equal(taken(server, 'www.example.com A'), 0);
  assert.equal(server.sandbox.asked.length, 5);
});

test('Nothing that was kept outlives a change: of a zone, of health, of the zones there are', () => {
  const server = serving(EU);
  taken(server, 'www.example.com A');
  const changes = [
    () => server.put({ version: '00000002', policy: { pools: POOLS, hosts: { www: US } } }),
    () => server.setHealth('tcp://192.0.2.9:80', 'down'),
    () => server.put({ zone: 'www.example.com', records: '@ A 192.0.2.3' }),
  ];
  for (const change of changes) {
    change();
    assert.equal(taken(server, 'www.example.com A', 1), 0);
    assert.equal(taken(server, 'www.example.com A', 1), 1);
  }
  assert.equal(server.ask('www.example.com A')[1], 'www.example.com. 3600 A 192.0.2.3');
});

test('A reply that is longer than a slot is made each time', () => {
  const server = new Server();
  const addresses = (count: number): string =>
    Array.from({ length: count }, (_, index) => `of${count} A 192.0.2.${index}`).join('\n');
  server.put({ records: `${addresses(11)}\n${addresses(12)}` });
  assert.deepEqual([taken(server, 'of11.example.com A'), taken(server, 'of12.example.com A')], [4, 0]);
});

test('With no memory for replies, each is made', () => {
  assert.equal(taken(serving(EU, { packetSlots: 0 }), 'www.example.com A'), 0);
});
