/**
 * What the documents of CoreDNS-GSLB (dmachard/coredns-gslb, docs/modes.md, records.md, ecs.md, zone_configuration.md,
 * cli.md) promise of answers, case by case, and the policy that gives the same answers here. That server itself is not asked:
 * each case has what its documents say in words. Its modes are plans, its backends addresses of pools, and whoever is up is pushed.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { decode } from 'dns-packet';
import { packetOf } from '../answer/packet.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { until } from '../support/until.ts';
import { GEO, POLICY } from './coredns-gslb-policy.ts';

const DRAWS = 500;

interface Answer {
  readonly rcode: string;
  /** `A 192.0.2.1`, in the order in which they came. */
  readonly records: readonly string[];
  readonly ttls: readonly number[];
  readonly scope: number | undefined;
}

describe('CoreDNS-GSLB, as its documents have it', () => {
  let server: TestServer;
  let peer: UdpPeer;
  let token: string;
  /** Names of what was pushed as down, or drained. */
  const pushed = new Set<string>();
  const drained = new Set<string>();

  before(async () => {
    server = await startServer({ policies: { 'gslb.example.ts': POLICY }, config: GEO, env: UNHURRIED });
    peer = await UdpPeer.open(server.port);
    token = readFileSync(path.join(server.folder, '.dnsteer', 'admin-token'), 'utf8').trim();
  });
  afterEach(async () => {
    for (const name of pushed) await post('push', { name, state: 'up' });
    for (const target of drained) await post('override', { do: 'undrain', target });
    pushed.clear();
    drained.clear();
  });
  after(async () => {
    peer.close();
    await server.stop();
  });

  async function post(what: string, query: Readonly<Record<string, string>>): Promise<void> {
    const response = await fetch(`${server.adminUrl}/api/${what}?${new URLSearchParams(query).toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'x-dnsteer': '1' },
    });
    assert.equal(response.status, 200, await response.text());
  }

  async function down(...names: string[]): Promise<void> {
    for (const name of names) {
      pushed.add(name);
      await post('push', { name, state: 'down' });
    }
  }

  async function disable(target: string): Promise<void> {
    drained.add(target);
    await post('override', { do: 'drain', target, reason: 'disabled' });
  }

  async function ask(host: string, { type = 'A', from = '203.0.113.0/24' } = {}): Promise<Answer> {
    const reply = await peer.ask(packetOf({ question: `${host}.gslb.example ${type}`, ecs: from }));
    const { answers = [], additionals = [], ...rest } = decode(reply);
    const opt = additionals.find((record) => record.type === 'OPT');
    const subnet = opt?.options.find((option) => option.type === 'CLIENT_SUBNET');
    return {
      rcode: (rest as unknown as { rcode: string }).rcode,
      records: answers.map(
        (one) => `${one.type} ${'data' in one ? String(one.data as string | Buffer) : ''}`,
      ),
      ttls: answers.map((one) => ('ttl' in one ? (one.ttl ?? 0) : 0)),
      scope: subnet && 'scopePrefixLength' in subnet ? Number(subnet.scopePrefixLength) : undefined,
    };
  }

  /** Waits until a name is answered so; for the time in which a push or an override gets to the answer process. */
  async function answers(host: string, expected: string, from?: string): Promise<void> {
    await until(
      async () => (await ask(host, { ...(from && { from }) })).records.toSorted().join(', '),
      (text) => text === expected,
    );
  }

  async function drawn(host: string, from?: string): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const [first = 'nothing'] = (await ask(host, { ...(from && { from }) })).records;
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    return counts;
  }

  test('failover: always the highest priority that is healthy, else the next (modes.md)', async () => {
    await answers('failover', 'A 10.0.0.1');
    await down('10.0.0.1');
    await answers('failover', 'A 10.0.0.2');
    await down('10.0.0.2');
    await answers('failover', 'A 10.0.0.3');
    await post('push', { name: '10.0.0.1', state: 'up' });
    await answers('failover', 'A 10.0.0.1');
  });

  test('roundrobin: one of the healthy ones for each query, all as often (modes.md; drawn here, and not in turn)', async () => {
    const three = await drawn('roundrobin');
    assert.deepEqual([...three.keys()].sort(), ['A 10.0.1.1', 'A 10.0.1.2', 'A 10.0.1.3']);
    for (const count of three.values()) assert.ok(Math.abs(count - DRAWS / 3) < 60, `${count} of ${DRAWS}`);
    await down('10.0.1.2');
    await until(
      async () => [...(await drawn('roundrobin')).keys()].sort().join(),
      (seen) => seen === 'A 10.0.1.1,A 10.0.1.3',
    );
  });

  test('random: all that are healthy, and each comes first as often (modes.md)', async () => {
    assert.deepEqual((await ask('random')).records.toSorted(), ['A 10.0.1.1', 'A 10.0.1.2', 'A 10.0.1.3']);
    const firsts = await drawn('random');
    for (const count of firsts.values()) assert.ok(count > DRAWS / 5, `${count} of ${DRAWS}`);
    assert.equal(firsts.size, 3);
    await down('10.0.1.1');
    await answers('random', 'A 10.0.1.2, A 10.0.1.3');
  });

  test('weighted: in proportion to the weights of those that are healthy (modes.md)', async () => {
    // Of 500 draws with 0.8 all but one series in a billion have 346 to 454.
    const heavy = (await drawn('weighted')).get('A 10.0.0.1') ?? 0;
    assert.ok(heavy > 345 && heavy < 455, `${heavy} of ${DRAWS}`);
    await down('10.0.0.1');
    await answers('weighted', 'A 10.0.0.2');
    assert.equal((await drawn('weighted')).get('A 10.0.0.2'), DRAWS);
  });

  test('ip-hash: a client always gets the same one, as long as that is healthy (modes.md)', async () => {
    const places = new Map<string, string>();
    for (let net = 0; net < 40; net += 1) {
      const from = `198.51.${net}.0/24`;
      const first = (await ask('iphash', { from })).records.join();
      for (let again = 0; again < 3; again += 1)
        assert.equal((await ask('iphash', { from })).records.join(), first);
      places.set(from, first);
    }
    assert.equal(new Set(places.values()).size, 3, 'clients are spread');
    await down('10.0.0.1');
    await until(
      async () => (await ask('iphash', { from: [...places.keys()][0] ?? '' })).records.join(),
      (text) => text !== 'A 10.0.0.1',
    );
    // Beyond its documents: who was not with the one that is down stays where they were.
    for (const [from, place] of places)
      if (place !== 'A 10.0.0.1') assert.equal((await ask('iphash', { from })).records.join(), place);
  });

  describe('geoip (modes.md)', () => {
    test('by city, then subdivision, then country, then continent, as each before is down', async () => {
      const from = '192.0.2.0/24'; // San Jose
      await answers('city', 'A 172.16.0.10', from);
      await down('172.16.0.10');
      await answers('city', 'A 172.16.0.11', from);
      await down('172.16.0.11');
      await answers('city', 'A 172.16.0.12', from);
      await down('172.16.0.12');
      await answers('city', 'A 172.16.0.13', from);
    });

    test('by coordinates: the closest that is healthy; equal ones of one place all together', async () => {
      await answers('nearest', 'A 172.16.1.10, A 172.16.1.12', '192.0.2.0/24');
      await down('172.16.1.10', '172.16.1.12');
      await answers('nearest', 'A 172.16.1.11', '192.0.2.0/24');
    });

    test('by country, by autonomous system, and by a location map of subnets', async () => {
      await answers('country', 'A 10.0.0.1', '198.18.0.0/24'); // France
      await answers('country', 'A 10.0.0.2', '192.0.2.0/24'); // the United States
      await answers('asn', 'A 10.0.0.1', '198.18.1.0/24');
      await answers('asn', 'A 10.0.0.2', '198.18.2.0/24');
      await answers('location', 'A 10.0.0.1', '10.0.0.0/24');
      await answers('location', 'A 10.0.0.2', '192.168.1.0/24');
    });

    test('no match: as failover', async () => {
      await answers('country', 'A 10.0.0.1', '203.0.113.0/24');
      await down('10.0.0.1');
      await answers('country', 'A 10.0.0.2', '203.0.113.0/24');
    });
  });

  test('geoip_affinity: the closest within the country, though another country is closer (modes.md)', async () => {
    const miami = '198.18.3.0/24';
    await answers('affinity', 'A 10.0.3.2', miami);
    await down('10.0.3.2');
    await answers('affinity', 'A 10.0.3.1', miami); // Seattle, and not Havana
    await down('10.0.3.1');
    await answers('affinity', 'A 10.0.3.3', miami); // nothing in the country is up: the closest of all
  });

  describe('nothing is healthy (modes.md, failover policies)', () => {
    test('fail-open: all that are enabled, whatever their health, and not those that are disabled', async () => {
      await down('10.0.1.1', '10.0.1.2', '10.0.1.3');
      await answers('random', 'A 10.0.1.1, A 10.0.1.2, A 10.0.1.3');
      await disable('gslb.example/ring/10.0.1.2');
      await answers('random', 'A 10.0.1.1, A 10.0.1.3');
    });

    for (const [host, rcode] of [
      ['closed-servfail', 'SERVFAIL'],
      ['closed-nxdomain', 'NXDOMAIN'],
      ['closed-refused', 'REFUSED'],
      ['closed-noerror', 'NOERROR'],
    ] as const)
      test(`fail-closed with ${rcode}: no answer, for clients of all places (ecs.md: scope /0)`, async () => {
        await answers(host, 'A 10.0.4.1');
        await down('closed');
        await until(
          () => ask(host),
          (answer) => answer.rcode === rcode && answer.records.length === 0,
        );
        assert.equal((await ask(host)).scope ?? 0, 0);
      });

    test('fail-specific with fallback_ips of both families, and with a fallback_cname', async () => {
      await down('closed');
      await answers('specific', 'A 1.2.3.4');
      assert.deepEqual((await ask('specific', { type: 'AAAA' })).records, ['AAAA 2001:db8::1']);
      await answers('specific-cname', 'CNAME backup.cdn.example.net');
    });
  });

  test('HTTPS and SVCB: target ".", hints of those that are healthy, port and ALPN (records.md)', async () => {
    const service = async (type: string): Promise<string> => {
      const reply = await peer.ask(packetOf({ question: `service.gslb.example ${type}` }));
      return reply.toString('hex');
    };
    const [first, second] = ['c0000201', 'c0000202'];
    for (const type of ['HTTPS', 'SVCB']) {
      const octets = await service(type);
      assert.match(octets, new RegExp(`00040008${first}${second}`), `${type}: both hints`);
      assert.match(octets, /0003000201bb/, 'port 443');
      assert.match(octets, /00010006026833026832/, 'alpn h3,h2');
    }
    await down('192.0.2.1');
    await until(
      () => service('HTTPS'),
      (octets) => octets.includes(`00040004${second}`),
    );
  });

  test('TXT: the state of backends, for dig (records.md)', async () => {
    await down('10.0.0.2');
    await until(
      async () => (await ask('state', { type: 'TXT' })).records.toSorted().join('; '),
      (text) => text === 'TXT one is up; TXT two is down',
    );
  });

  test('record_ttl: of each record, or the default of its zone (zone_configuration.md)', async () => {
    assert.deepEqual((await ask('failover')).ttls, [30]);
    assert.deepEqual((await ask('long')).ttls, [300]);
  });

  test('ECS: the scope of geo answers is the subnet, at most, and /0 where places do not matter (ecs.md)', async () => {
    const scopeOf = async (host: string) => (await ask(host, { from: '192.0.2.0/24' })).scope ?? 0;
    const country = await scopeOf('country');
    assert.ok(country > 0 && country <= 24, `${country}`);
    assert.equal(await scopeOf('iphash'), 24);
    assert.equal(await scopeOf('failover'), 0);
  });

  describe('disabled backends (zone_configuration.md, api.md, cli.md)', () => {
    test('"enable: false" stops traffic at once, though it is healthy', async () => {
      await disable('gslb.example/one');
      await answers('failover', 'A 10.0.0.2');
    });

    test('in bulk by address prefix', async () => {
      await disable('*/*/172.16.1.8/30');
      await answers('nearest', 'A 172.16.1.12', '192.0.2.0/24');
      await disable('*/*/172.16.1.0/24');
      await answers('nearest', '', '192.0.2.0/24');
    });

    test('in bulk by location and by tag, which are parts of the names of pools', async () => {
      await disable('*/*-hdd-*');
      await answers('tagged', 'A 10.0.5.2');
      await disable('*/eu-*');
      await answers('tagged', 'A 10.0.5.3');
    });

    test('"assume_healthy": a pool without a check is up, whatever', async () => {
      await answers('assumed', 'A 10.0.6.1');
    });
  });
});
