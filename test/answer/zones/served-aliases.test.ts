/** Hosts whose addresses are those of another name: what clients get as more, less, or nothing is known of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ServedAliases } from '../../../runtime/answer/zones/served-aliases.ts';
import type { AliasNews, FamilyNews } from '../../../runtime/health/aliases/alias-news.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { assertMessageSigned } from '../securing/signed-message.ts';
import { Server, type ServerOptions } from '../server.ts';

const pool = (named: string): PlanData => ({ kind: 'pool', pool: named });
const first = (...names: string[]): PlanData => ({ kind: 'firstHealthy', of: names.map(pool) });
const CHECK = { type: 'tcp', port: 443, address: '198.51.100.1' } as const;
const CHECK_ID = 'tcp://198.51.100.1:443 every=10000 timeout=5000 rise=2 fall=3';

const POOLS: Readonly<Record<string, PoolData>> = {
  cdn: { alias: 'shop.example.net', records: { TXT: ['beside it'] }, ttl: 300 },
  plain: { alias: 'shop.example.net', records: {} },
  other: { alias: 'other.example.net', records: {} },
  empty: { alias: 'other.example.net', records: {}, whenDown: 'empty' },
  failing: { alias: 'other.example.net', records: {}, whenDown: 'servfail' },
  replaced: { alias: 'other.example.net', records: {}, whenDown: first('plain', 'static') },
  checked: { alias: 'shop.example.net', records: {}, check: CHECK },
  static: { records: { A: ['192.0.2.9'], AAAA: ['2001:db8::9'] } },
};
const HOSTS: Readonly<Record<string, PlanData>> = {
  '@': pool('cdn'),
  ...Object.fromEntries(Object.keys(POOLS).map((named) => [named, pool(named)])),
  either: first('other', 'static'),
  'checked-first': first('checked', 'static'),
  two: first('other', 'failing'),
  shares: { kind: 'weighted', of: ['plain', 'static'].map((one) => ({ plan: pool(one), weight: 1 })) },
  turning: { kind: 'rotate', of: pool('plain') },
};

const DO = 0x8000;

const NOTHING: FamilyNews = { addresses: null, ttl: 0, isStale: false };
const known = (ttl: number, ...addresses: string[]): FamilyNews => ({ addresses, ttl, isStale: false });
const shop = (A: FamilyNews, AAAA = known(60), target = 'shop.example.net'): AliasNews => ({
  target,
  A,
  AAAA,
});

function setUp(options: ServerOptions = {}) {
  const server = new Server({ random: () => 0, ...options });
  const zone = server.put({ policy: { pools: POOLS, hosts: HOSTS } });
  const aliases = new ServedAliases(server.health);
  const { aliased = [] } = zone.attachment.policy ?? {};
  aliases.begin(aliased);
  const ask = (question: string): string[] => server.ask(question);
  return { server, aliases, aliased, ask, zone };
}

test('Before anything is known of its target a host fails, and denies nothing', () => {
  const { ask, server } = setUp();
  for (const type of ['A', 'AAAA'])
    assert.deepEqual(server.ask({ question: `plain.example.com ${type}`, edns: {} }), [
      'SERVFAIL',
      'ede 23 The target of an alias cannot be resolved',
    ]);
  assert.deepEqual(ask('example.com TXT'), ['NOERROR aa', 'example.com. 300 TXT "beside it"']);
  assert.match(ask('plain.example.com MX').join(), /^NOERROR aa,authority example.com. \d+ SOA/);
});

test('Answers are the addresses of the target, at the name of the zone as well', () => {
  const { ask, aliases } = setUp();
  aliases.take([shop(known(600, '192.0.2.1', '192.0.2.2'), known(600, '2001:db8::1'))]);
  assert.deepEqual(ask('example.com A'), [
    'NOERROR aa',
    'example.com. 300 A 192.0.2.1',
    'example.com. 300 A 192.0.2.2',
  ]);
  assert.deepEqual(ask('plain.example.com AAAA'), ['NOERROR aa', 'plain.example.com. 30 AAAA 2001:db8::1']);
});

test('A TTL is that of the pool, or what is left of that of the target', () => {
  const { ask, aliases } = setUp();
  for (const [left, ttl] of [
    [600, 300],
    [20, 20],
    [1, 1],
  ] as const) {
    aliases.take([shop(known(left, '192.0.2.1'))]);
    assert.deepEqual(ask('example.com A'), ['NOERROR aa', `example.com. ${ttl} A 192.0.2.1`]);
  }
});

test('What the target does not have is NODATA, for no longer than that is known', () => {
  const { ask, aliases } = setUp();
  aliases.take([shop(known(60, '192.0.2.1'), known(10))]);
  assert.deepEqual(ask('plain.example.com AAAA'), [
    'NOERROR aa',
    'authority example.com. 10 SOA ns.example.net. host.example.net. 1 7200 900 1209600 300',
  ]);
});

test('A family of which nothing is known fails, whatever the other has', () => {
  const { ask, aliases } = setUp();
  aliases.take([shop(known(60, '192.0.2.1'), NOTHING)]);
  assert.equal(ask('plain.example.com AAAA')[0], 'SERVFAIL');
  assert.equal(ask('plain.example.com A')[0], 'NOERROR aa');
});

test('A target without an address, or of which nothing is known, is a pool that is down', () => {
  const { ask, aliases } = setUp();
  const gone = shop(known(60), known(60), 'other.example.net');
  for (const news of [shop(NOTHING, NOTHING, 'other.example.net'), gone]) {
    aliases.take([news, shop(known(60, '192.0.2.1'))]);
    assert.deepEqual(ask('either.example.com A'), ['NOERROR aa', 'either.example.com. 30 A 192.0.2.9']);
    assert.deepEqual(ask('replaced.example.com A'), ['NOERROR aa', 'replaced.example.com. 30 A 192.0.2.1']);
    assert.equal(ask('empty.example.com A')[0], 'NOERROR aa');
    assert.equal(ask('other.example.com A')[0], news === gone ? 'NOERROR aa' : 'SERVFAIL');
    assert.equal(ask('failing.example.com A')[0], news === gone ? 'NOERROR aa' : 'SERVFAIL');
    assert.equal(ask('two.example.com A')[0], news === gone ? 'NOERROR aa' : 'SERVFAIL');
  }
  aliases.take([shop(known(60, '192.0.2.7'), known(60), 'other.example.net')]);
  assert.deepEqual(ask('either.example.com A'), ['NOERROR aa', 'either.example.com. 30 A 192.0.2.7']);
});

test('A check in another place stands for all of its addresses', () => {
  const { ask, aliases, server } = setUp();
  aliases.take([shop(known(60, '192.0.2.1'))]);
  assert.deepEqual(ask('checked-first.example.com A'), [
    'NOERROR aa',
    'checked-first.example.com. 30 A 192.0.2.1',
  ]);
  server.setHealth(CHECK_ID, 'down');
  assert.deepEqual(ask('checked-first.example.com A'), [
    'NOERROR aa',
    'checked-first.example.com. 30 A 192.0.2.9',
  ]);
  aliases.take([shop(known(60, '192.0.2.2'))]);
  assert.deepEqual(ask('checked-first.example.com A'), [
    'NOERROR aa',
    'checked-first.example.com. 30 A 192.0.2.9',
  ]);
  // As a pool that is all there is.
  assert.deepEqual(ask('checked.example.com A'), ['NOERROR aa', 'checked.example.com. 30 A 192.0.2.2']);
});

test('A signature is over the TTL of the pool, whatever is left, and a denial is proven', () => {
  const server = new Server();
  const zone = server.put({ policy: { pools: POOLS, hosts: HOSTS }, signing: {} });
  const aliases = new ServedAliases(server.health);
  aliases.begin(zone.attachment.policy?.aliased ?? []);
  const signed = (question: string) => {
    const { messages } = server.send({ question, edns: { flags: DO } });
    const message = messages[0] ?? assert.fail('there is an answer');
    assertMessageSigned(message);
    return message.answers.map(({ ttl, type, rdata }) => [
      ttl,
      ...(type === RRTYPE.RRSIG ? [Buffer.from(rdata).readUInt32BE(4)] : []),
    ]);
  };
  for (const left of [600, 20, 1]) {
    const ttl = Math.min(left, 300);
    aliases.take([shop(known(left, '192.0.2.1'))]);
    assert.deepEqual(signed('example.com A'), [[ttl], [ttl, 300]]);
    assert.deepEqual(signed('plain.example.com AAAA'), []);
  }
});

test('A version that is replaced leaves nothing behind, and the next goes by what is known', () => {
  const { server, aliases, aliased, ask } = setUp();
  aliases.take([shop(known(60, '192.0.2.1'))]);
  const next = server.put({ version: '00000002', policy: { pools: POOLS, hosts: HOSTS } });
  aliases.begin(next.attachment.policy?.aliased ?? []);
  aliases.end(aliased);
  assert.deepEqual(ask('plain.example.com A'), ['NOERROR aa', 'plain.example.com. 30 A 192.0.2.1']);
  aliases.take([{ ...shop(NOTHING, NOTHING), isGone: true }]);
  assert.equal(ask('plain.example.com A')[0], 'SERVFAIL');
});

const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3');
const family = (of: fc.Arbitrary<string>): fc.Arbitrary<FamilyNews> =>
  fc.record({
    addresses: fc.option(fc.uniqueArray(of, { maxLength: 3 }), { nil: null }),
    ttl: fc.constantFrom(1, 10, 30, 600),
    isStale: fc.boolean(),
  });
const news = fc.record({
  target: fc.constantFrom('shop.example.net', 'other.example.net'),
  A: family(address),
  AAAA: family(address.map((one) => `2001:db8::${one.at(-1)}`)),
});

test('The law of kept replies: whatever is told of targets, a reply from memory is the one that is made anew', () => {
  const [made, taken] = [setUp({ packetSlots: 0 }), setUp({ packetSlots: 1024 })];
  const names = Object.keys(HOSTS).map((host) => (host === '@' ? 'example.com' : `${host}.example.com`));
  const question = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('A', 'AAAA', 'TXT', 'MX'))
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.array(fc.oneof(news, { arbitrary: question, weight: 5 }), { maxLength: 30 }), (steps) => {
      for (const step of steps) {
        if (typeof step !== 'string') for (const { aliases } of [made, taken]) aliases.take([step]);
        else
          for (let round = 0; round < 2; round += 1) assert.deepEqual(taken.ask(step), made.ask(step), step);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(taken.server.counters.steps.packetHits > 100);
});
