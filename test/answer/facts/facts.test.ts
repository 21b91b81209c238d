/** What is known of the one who asks, and how much of its address each answer depends on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFact } from '../../../runtime/answer/facts/fact.ts';
import { type FactOverrides, Facts } from '../../../runtime/answer/facts/facts.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { FactValue } from '../../../runtime/rpc/plan.ts';
import { parseQuery, Query } from '../../../runtime/wire/query.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';
import { packetOf } from '../packet.ts';
import { GEO } from '../places.ts';
import { World } from '../world.ts';

const NOW = Date.parse('2026-11-23T22:15:30.500Z');
const NO_POOLS = new Map<string, never>();

interface Client {
  readonly from?: string;
  readonly ecs?: string;
  readonly overrides?: FactOverrides;
}

function factsOf({ from = '127.0.0.1', ecs, overrides }: Client): Facts {
  const facts = new Facts(GEO, new HealthTable(), () => NOW);
  const query = new Query();
  assert.equal(
    parseQuery(packetOf({ question: 'a.example A', ...(ecs !== undefined && { ecs }) }), query),
    'ok',
  );
  facts.begin(query.clientSubnet, { address: from }, overrides);
  return facts;
}

test('The way of a query is known apart from its client, and narrows no scope', () => {
  const facts = new Facts(GEO, new HealthTable(), () => NOW);
  const query = new Query();
  assert.equal(parseQuery(packetOf({ question: 'a.example A', ecs: '198.51.100.0/24' }), query), 'ok');
  const asked = (from: string, way: { transport?: Transport; local?: string } = {}) => {
    facts.begin(query.clientSubnet, { address: from, ...way });
    const keys = ['query.transport', 'query.local', 'client.resolver.address', 'client.resolver.country'];
    return [...keys.map((key) => read(facts, key)), facts.scope];
  };
  assert.deepEqual(asked('192.0.2.9', { transport: 'tls', local: '203.0.113.53' }), [
    'tls',
    '203.0.113.53',
    '192.0.2.9',
    'US',
    0,
  ]);
  assert.deepEqual(asked('::ffff:198.51.100.1'), ['udp', null, '198.51.100.1', 'DE', 0]);
  assert.deepEqual(asked(''), ['udp', null, null, null, 0]);
  assert.equal(read(facts, 'client.country'), 'DE', 'the client is another');
  const { way } = facts.forSandbox(NO_POOLS);
  assert.deepEqual(way, { transport: 'udp', local: '', resolver: '', resolverCountry: '' });
});

function read(facts: Facts, key: string): FactValue {
  const fact = parseFact(key, NO_POOLS);
  return fact === undefined ? assert.fail(`There is no ${key}`) : facts.value(fact);
}

/** Client → the value of a fact, and the scope of an answer that read nothing else. */
const VALUES: readonly (readonly [claim: string, Client, fact: string, value: FactValue, scope: number])[] = [
  ['The place of the client is that of its address', { from: '198.51.100.9' }, 'client.country', 'DE', 24],
  ['A country brings its continent', { from: '198.51.100.9' }, 'client.continent', 'EU', 24],
  ['and its union', { from: '192.0.2.9' }, 'client.eu', false, 25],
  ['The scope is the range of the data', { from: '2001:db8:a::9' }, 'client.latitude', -33.9, 48],
  ['What is not known is null, as far as it is not known', { from: '203.0.113.9' }, 'client.city', null, 5],
  ['though it be known of nobody in the family', { from: '198.51.100.9' }, 'client.timeZone', null, 1],
  [
    'The client subnet stands for the client',
    { from: '192.0.2.9', ecs: '198.51.100.0/24' },
    'client.country',
    'DE',
    24,
  ],
  ['of the other family as well', { from: '192.0.2.9', ecs: '2001:db8:a::/48' }, 'client.country', 'AU', 48],
  [
    'The scope may be longer than what was told',
    { ecs: '192.0.0.0/16' },
    'client.subnet',
    '192.0.0.0/16',
    24,
  ],
  [
    'A client that is not to be located is its resolver',
    { from: '192.0.2.9', ecs: '0.0.0.0/0' },
    'client.country',
    'US',
    25,
  ],

  ['The subnet is a /24', { from: '198.51.100.9' }, 'client.subnet', '198.51.100.0/24', 24],
  ['or a /56', { from: '2001:db8:1:2ff::9' }, 'client.subnet', '2001:db8:1:200::/56', 56],
  ['of what the resolver told', { ecs: '198.51.100.77/32' }, 'client.subnet', '198.51.100.0/24', 24],
  ['and less if it told less', { ecs: '2001:db8::/40' }, 'client.subnet', '2001:db8::/40', 56],
  ['Mapped addresses are IPv4', { from: '::ffff:198.51.100.9' }, 'client.subnet', '198.51.100.0/24', 24],
  [
    'of a client that is told as well',
    { ecs: '::ffff:198.51.100.0/120' },
    'client.subnet',
    '198.51.100.0/24',
    120,
  ],
  ['with its place', { ecs: '::ffff:198.51.100.0/120' }, 'client.country', 'DE', 120],
  ['and its family', { ecs: '::ffff:198.51.100.0/120' }, 'client.family', 4, 96],
  [
    'IPv4 inside IPv6 is IPv4, as in 6to4',
    { ecs: '2002:c633:6409::/48' },
    'client.subnet',
    '198.51.100.0/24',
    40,
  ],
  [
    'of which the address ends before the end',
    { from: '2002:c633:6409::1' },
    'client.ip',
    '198.51.100.9',
    48,
  ],
  ['as far as it is told', { ecs: '2002:c600::/24' }, 'client.subnet', '198.0.0.0/8', 40],
  ['which may be not at all', { ecs: '64:ff9b::/56' }, 'client.subnet', '0.0.0.0/0', 120],
  ['in Teredo', { from: '2001:0:c000:201::39cc:9bf6' }, 'client.country', 'DE', 120],
  ['in what translators make', { from: '64:ff9b::c633:6409' }, 'client.country', 'DE', 120],
  ['and made', { from: '::ffff:0:c633:6409' }, 'client.country', 'DE', 120],
  ['and in what is as old as IPv6', { from: '::c633:6409' }, 'client.country', 'DE', 120],
  ['The host itself has none inside', { from: '::1' }, 'client.subnet', '::/56', 104],
  ['A zone id is no part of the address', { from: 'fe80::1%eth0' }, 'client.subnet', 'fe80::/56', 56],

  ['The family is 4', { from: '198.51.100.9' }, 'client.family', 4, 1],
  ['or 6', { from: '2001:db8::9' }, 'client.family', 6, 21],
  ['and so far as nobody has IPv4 inside', { from: '2a01::9' }, 'client.family', 6, 5],
  [
    'and that of the client, not of its resolver',
    { from: '2001:db8::9', ecs: '198.51.100.0/24' },
    'client.family',
    4,
    1,
  ],
  ['The address takes every bit', { from: '198.51.100.9' }, 'client.ip', '198.51.100.9', 32],
  ['of either family', { from: '2001:DB8:0::9' }, 'client.ip', '2001:db8::9', 128],

  ['Time depends on no client', { from: '198.51.100.9' }, 'time.hour', 22, 0],
  ['and is another elsewhere', { from: '198.51.100.9' }, 'time@Asia/Tokyo.hour', 7, 0],
  ['on another day', { from: '198.51.100.9' }, 'time@Asia/Tokyo.date', '2026-11-24', 0],
  ['Seconds are whole', { from: '198.51.100.9' }, 'time.unix', Math.floor(NOW / 1000), 0],
  [
    'What explain says goes before the data',
    { from: '198.51.100.9', overrides: { country: 'JP' } },
    'client.country',
    'JP',
    24,
  ],
  [
    'and leaves the rest',
    { from: '198.51.100.9', overrides: { country: 'JP' } },
    'client.city',
    'Frankfurt',
    24,
  ],
];

for (const [claim, client, fact, value, scope] of VALUES) {
  test(`${claim}: ${fact} is ${value}`, () => {
    const facts = factsOf(client);
    assert.equal(read(facts, fact), value);
    assert.equal(facts.scope, scope);
  });
}

test('The scope is the longest any fact needs, and 0 where none was read', () => {
  const facts = factsOf({ from: '192.0.2.9' });
  assert.equal(facts.scope, 0);
  const scopes = [
    'time.hour',
    'client.family',
    'client.subnet',
    'client.country',
    'client.family',
    'client.ip',
  ];
  assert.deepEqual(
    scopes.map((key) => {
      read(facts, key);
      return facts.scope;
    }),
    [0, 1, 24, 25, 25, 32],
  );
});

test('The next query knows nothing of the one before', () => {
  const facts = factsOf({ ecs: '198.51.100.0/24', overrides: { country: 'JP' } });
  assert.equal(read(facts, 'client.country'), 'JP');
  facts.begin(new Query().clientSubnet, { address: '192.0.2.9' });
  assert.equal(facts.scope, 0);
  assert.equal(read(facts, 'client.country'), 'US');
  assert.equal(read(facts, 'client.subnet'), '192.0.2.0/24');
});

test('All of one query happens at one moment, and the next query at another', () => {
  let now = NOW;
  const facts = new Facts(GEO, new HealthTable(), () => now++);
  const { clientSubnet } = new Query();
  facts.begin(clientSubnet, { address: '127.0.0.1' });
  const { now: first } = facts;
  assert.equal(facts.now, first);
  facts.begin(clientSubnet, { address: '127.0.0.1' });
  assert.equal(facts.now, first + 1);
});

const TCP = { type: 'tcp', port: 443 } as const;

test('The health of a pool is up, degraded or down, by its checked addresses of both families', () => {
  const world = new World({
    two: { records: { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] }, check: TCP },
    free: { records: { A: ['192.0.2.2'] } },
    half: { records: { A: ['192.0.2.3'], MX: ['10 mail.example.net'] }, check: TCP },
  });
  const { facts, pools } = world;
  const healthOf = (name: string): FactValue => {
    const fact = parseFact(`health.${name}`, pools);
    return fact === undefined ? assert.fail(name) : facts.value(fact);
  };
  assert.deepEqual(['two', 'free', 'half'].map(healthOf), ['up', 'up', 'up']);
  world.down('192.0.2.1', '192.0.2.3');
  assert.deepEqual(['two', 'free', 'half'].map(healthOf), ['degraded', 'up', 'down']);
  world.down('2001:db8::1');
  assert.equal(healthOf('two'), 'down');
  const told = facts.forSandbox(pools).health;
  assert.deepEqual(told, { two: 'down', free: 'up', half: 'down' });
  assert.equal(facts.forSandbox(pools).health, told, 'as long as nothing changes');
  world.up('192.0.2.3');
  assert.deepEqual(facts.forSandbox(pools).health, { two: 'down', free: 'up', half: 'up' });
});

test('A sandbox is told all there is to know, and telling it is no read', () => {
  const facts = factsOf({ ecs: '192.0.2.0/24' });
  const { place, ip, subnet, family, now, health } = facts.forSandbox(NO_POOLS);
  assert.deepEqual(
    { place, ip, subnet, family, now, health },
    {
      place: { country: 'US', continent: 'NA', eu: false, region: 'VA', latitude: 39, longitude: -77.5 },
      subnet: '192.0.2.0/24',
      family: 4,
      ip: '192.0.2.0',
      now: NOW,
      health: {},
    },
  );
  assert.equal(facts.scope, 0);
});
