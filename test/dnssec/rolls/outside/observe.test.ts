/** What is seen at servers of a zone and of its parent, at each of their addresses. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Answer } from 'dns-packet';
import { observeParent, observeZone } from '../../../../runtime/dnssec/rolls/outside/observe.ts';
import { freePort } from '../../../support/ports.ts';
import { name } from '../../../support/wire.ts';
import { finderOf, type Reply, standIn } from './stand-in.ts';

const ZONE = 'zone.test';
const [FIRST, SECOND, PARENT, OTHER] = ['127.0.55.1', '127.0.55.2', '127.0.55.3', '127.0.55.4'];
/** No packet leaves a machine for it. */
const NOWHERE = '255.255.255.255';

const key = Buffer.alloc(64, 7);
const dnskey: Answer = { type: 'DNSKEY', name: ZONE, ttl: 3600, data: { flags: 257, algorithm: 13, key } };
/** RFC 4034 App. B, summed by hand: 0x0101 + 0x030d + 32 × 0x0707 has no carry. */
const TAG = 0x0101 + 0x030d + 32 * 0x0707;

function rrsig(typeCovered: 'SOA' | 'NS' | 'DNSKEY', keyTag: number): Answer {
  const times = { expiration: 2_000_000_000, inception: 1_000_000_000 };
  const data = {
    typeCovered,
    algorithm: 13,
    labels: 2,
    originalTTL: 60,
    keyTag,
    signersName: ZONE,
    ...times,
  };
  return { type: 'RRSIG', name: ZONE, ttl: 60, data: { ...data, signature: Buffer.alloc(64) } };
}

const soa: Answer = {
  type: 'SOA',
  name: ZONE,
  ttl: 60,
  data: { mname: 'ns1.test', rname: 'a.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
};

/** A sound name server of a signed zone. */
function signed(type: string): Reply {
  if (type === 'SOA') return { answers: [soa, rrsig('SOA', TAG), rrsig('NS', 9)] };
  return { answers: [dnskey, rrsig('DNSKEY', TAG)], truncated: true };
}

async function look(
  t: TestContext,
  second: (type: string) => Reply,
  addresses: readonly string[] = [SECOND],
) {
  const port = await freePort();
  const flags: [number, boolean][] = [];
  await standIn(t, FIRST, port, (type, query) => {
    const [opt] = query.additionals ?? [];
    flags.push([query.flags ?? 0, opt?.type === 'OPT' && opt.flag_do]);
    return signed(type);
  });
  await standIn(t, SECOND, port, second);
  const finder = finderOf({
    [`NS ${ZONE}`]: ['ns1.test', 'ns2.test'],
    'A ns1.test': [FIRST],
    'A ns2.test': addresses,
  });
  const view = await observeZone(name(ZONE), { finder, portOf: () => port, timeoutMs: 2000, now: () => 5 });
  return { view, flags };
}

const SEEN = {
  keys: [{ tag: TAG, algorithm: 13 }],
  keysTtl: 3600,
  keySigners: [TAG],
  soaSigners: [TAG],
  soaTtl: 60,
};

test('Keys, signers and TTLs of each server are seen, asked with DO and CD and over TCP if need be', async (t) => {
  const { view, flags } = await look(t, signed);
  assert.deepEqual(view.servers, [
    { server: 'ns1.test', address: FIRST, at: 5, seen: SEEN },
    { server: 'ns2.test', address: SECOND, at: 5, seen: SEEN },
  ]);
  const CD = 0x0010;
  assert.ok(flags.length >= 3);
  assert.ok(flags.every(([bits, dnssecOk]) => (bits & CD) !== 0 && dnssecOk));
});

for (const [what, reply, why] of [
  ['refuses', { rcode: 5 }, 'it answers SOA with REFUSED'],
  ['answers from a cache', { answers: [soa], authoritative: false }, 'it answers SOA without authority'],
  ['does not have the zone', {}, 'it answers SOA without one'],
] as const) {
  test(`A server that ${what} is no server that shows a change`, async (t) => {
    const { view } = await look(t, () => ({
      ...reply,
      answers: 'answers' in reply ? [...reply.answers] : [],
    }));
    assert.equal(view.servers[1]?.seen, undefined);
    assert.equal(view.servers[1]?.failed, why);
  });
}

test('An address that this machine cannot reach counts only where it is the only one of a server', async (t) => {
  const both = await look(t, signed, [NOWHERE, SECOND]);
  assert.deepEqual(
    both.view.servers.map(({ address }) => address),
    [FIRST, SECOND],
  );
  const none = await look(t, signed, [NOWHERE]);
  assert.equal(none.view.servers[1]?.seen, undefined);
  assert.ok(none.view.servers[1]?.failed);
});

test('A server without an address, and one that is not known to anybody, are named', async (t) => {
  const { view } = await look(t, signed, []);
  assert.equal(view.servers[1]?.failed, 'it has no address');
  const options = { portOf: () => 53, timeoutMs: 100, now: () => 5 };
  const lost = await observeZone(name(ZONE), { ...options, finder: finderOf({}) });
  assert.deepEqual(lost, { servers: [], problem: `No resolver finds NS ${ZONE}` });
});

test('A zone unsigned is seen as one, and known addresses are asked without a resolver', async (t) => {
  const port = await freePort();
  await standIn(t, OTHER, port, (type) => ({ answers: type === 'SOA' ? [soa] : [] }));
  const known = new Map([['ns9.test', [OTHER]]]);
  const view = await observeZone(name(ZONE), {
    finder: finderOf({}),
    known,
    portOf: () => port,
    timeoutMs: 2000,
    now: () => 5,
  });
  assert.deepEqual(view.servers[0]?.seen, {
    keys: [],
    keysTtl: 0,
    keySigners: [],
    soaSigners: [],
    soaTtl: 60,
  });
});

test('DS are seen at the servers of the parent, and that there is none', async (t) => {
  const port = await freePort();
  const data = { keyTag: 7, algorithm: 13, digestType: 2, digest: Buffer.of(0xab, 0xcd) };
  await standIn(t, PARENT, port, () => ({ answers: [{ type: 'DS', name: ZONE, ttl: 900, data }] }));
  await standIn(t, OTHER, port, () => ({}));
  const finder = finderOf({
    'SOA test': ['test'],
    'NS test': ['a.nic.test', 'b.nic.test'],
    'A a.nic.test': [PARENT],
    'A b.nic.test': [OTHER],
  });
  const view = await observeParent(name(ZONE), { finder, portOf: () => port, timeoutMs: 2000, now: () => 5 });
  assert.deepEqual(
    view.servers.map(({ server, seen }) => [server, seen]),
    [
      ['a.nic.test', { ds: [{ tag: 7, algorithm: 13, digestType: 2, digest: 'abcd' }], ttl: 900 }],
      ['b.nic.test', { ds: [], ttl: 0 }],
    ],
  );
});

test('A name server that only the records of the zone name is found by its name', async (t) => {
  const port = await freePort();
  await standIn(t, FIRST, port, signed);
  const view = await observeZone(name(ZONE), {
    finder: finderOf({ 'A ns9.elsewhere.test': [FIRST] }),
    known: new Map([['ns9.elsewhere.test', []]]),
    portOf: () => port,
    timeoutMs: 2000,
    now: () => 5,
  });
  assert.deepEqual(view.servers, [{ server: 'ns9.elsewhere.test', address: FIRST, at: 5, seen: SEEN }]);
});
