/**
 * The same networks told to dnsteer and to gdnsd, whose steering sends each of them elsewhere: every client
 * gets the same address, with the same ECS scope.
 *
 * gdnsd merges networks by where they are sent, dnsteer by what the policy read of them; so here each
 * network is sent to a place of its own.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decode } from 'dns-packet';
import fc from 'fast-check';
import {
  type Address,
  addressToText,
  maskAddress,
  parseAddress,
  prefixToText,
} from '../../runtime/base/net/ip.ts';
import { countries } from '../../runtime/geo/continent.ts';
import { packetOf } from '../answer/packet.ts';
import { fill } from '../geo/prefix-law.ts';
import { dig, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { type ForeignServer, startForeign } from './foreign-server.ts';

const ZONE = 'nets.example';

/** Networks in each other and side by side, the same at each run. */
const NETWORKS = [
  ...new Set(fc.sample(networkIn('10.0.0.0', 8, 30), { numRuns: 40, seed: 1 })),
  ...new Set(fc.sample(networkIn('2a00::', 8, 64), { numRuns: 40, seed: 2 })),
];

/** Each network is in a country of its own. */
const CODES = [...countries()];
const COUNTRIES = NETWORKS.map((network, index) => [network, CODES[index] ?? assert.fail()] as const);
const ELSEWHERE = '192.0.2.250';

function networkIn(start: string, shortest: number, longest: number): fc.Arbitrary<string> {
  const space = parseAddress(start) ?? assert.fail(start);
  return fc
    .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: shortest, max: longest }))
    .map(([random, length]) => {
      // Few of the upper bits differ, or hardly any network would lie in another.
      for (const at of [1, 2, 3]) random[at] = (random[at] ?? 0) & 0x81;
      return prefixToText({ address: maskAddress(fill(space, shortest, random), length), length });
    });
}

/** In each network: its first and last address, the one before and the one behind it. */
function clients(): Address[] {
  return NETWORKS.flatMap((network) => {
    const [start = '', length = ''] = network.split('/');
    const first = parseAddress(start) ?? assert.fail(network);
    const last = fill(first, Number(length), new Uint8Array(16).fill(0xff));
    return [first, last, beside(first, -1), beside(last, 1)];
  });
}

function beside({ family, bytes }: Address, step: 1 | -1): Address {
  const other = bytes.slice();
  for (let at = other.length - 1; at >= 0; at -= 1) {
    const sum = (other[at] ?? 0) + step;
    other[at] = sum & 0xff;
    if (sum === other[at]) break;
  }
  return { family, bytes: other };
}

describe('gdnsd and dnsteer', { skip: missing('gdnsd') }, () => {
  let server: TestServer;
  let gdnsd: ForeignServer;
  let ours: UdpPeer;
  let theirs: UdpPeer;

  before(async () => {
    [server, gdnsd] = await Promise.all([
      startServer({
        geo: 'country',
        policies: { [`${ZONE}.ts`]: policy() },
        config: overrides(),
        env: UNHURRIED,
      }),
      startForeign({
        program: 'gdnsd',
        args: (config) => ['-c', config.replace(/\/[^/]*$/, ''), 'start'],
        config: gdnsdConfig,
        files: {
          config: '$include{gdnsd.conf}\n',
          [`zones/${ZONE}`]: `@ 60 SOA ns1 hostmaster 1 7200 1800 259200 900\n@ 60 NS ns1\nns1 60 A 127.0.0.1\nwww 60 DYNA geoip!www\n`,
        },
        ready: 'DNS listeners started',
      }),
    ]);
    ours = await UdpPeer.open(server.port);
    theirs = await UdpPeer.open(gdnsd.port);
  });
  after(async () => {
    ours.close();
    theirs.close();
    await Promise.all([server.stop(), gdnsd.stop()]);
  });

  test('send clients in and around the same networks to the same places, with the same scopes', async () => {
    const scopes = new Set<number>();
    for (const client of clients()) {
      const ecs = prefixToText({ address: client, length: 8 * client.bytes.length });
      const [www, table] = ['www', 'table'].map((host) => packetOf({ question: `${host}.${ZONE} A`, ecs }));
      assert.ok(www && table);
      const [our, their] = await Promise.all([ours.ask(www), theirs.ask(www)]);
      const ourTable = await ours.ask(table);
      assert.deepEqual(placeAndScope(our), placeAndScope(their), ecs);
      assert.deepEqual(placeAndScope(ourTable), placeAndScope(their), ecs);
      scopes.add(placeAndScope(our).scope);
    }
    assert.ok(scopes.size > 20, `${scopes.size} different scopes`);
  });

  test('say so to dig as well', { skip: missing('dig') }, async () => {
    for (const client of clients().slice(0, 4)) {
      const question = [`www.${ZONE}`, 'A', `+subnet=${addressToText(client)}`];
      const [our, their] = await Promise.all([dig(server.port, ...question), dig(gdnsd.port, ...question)]);
      const [ourSubnet, theirSubnet] = [our, their].map((text) => text.match(/CLIENT-SUBNET: (.*)/)?.[1]);
      assert.ok(ourSubnet);
      assert.equal(ourSubnet, theirSubnet);
    }
  });
});

function placeAndScope(reply: Buffer): { place: string; scope: number } {
  const { answers = [], additionals = [] } = decode(reply);
  const [answer] = answers;
  const opt = additionals.find((record) => record.type === 'OPT');
  const subnet = opt?.options.find((option) => option.type === 'CLIENT_SUBNET');
  assert.ok(answer?.type === 'A' && subnet !== undefined && 'scopePrefixLength' in subnet);
  return { place: answer.data, scope: Number(subnet.scopePrefixLength) };
}

function placeOf(index: number): string {
  return `192.0.2.${index + 1}`;
}

function policy(): string {
  const places = COUNTRIES.map(([, country], index) => `${country}: '${placeOf(index)}'`);
  const table = COUNTRIES.map(([, country], index) => `'country:${country}': { A: '${placeOf(index)}' }`);
  return `import { definePolicy, geo } from 'dnsteer';
    const PLACES: Record<string, string> = { ${places.join(', ')} };
    export default definePolicy({
      fallback: { A: '192.0.2.251' },
      hosts: {
        www: ({ client }) => ({ A: PLACES[client.country ?? ''] ?? '${ELSEWHERE}' }),
        table: geo({ ${table.join(', ')}, default: { A: '${ELSEWHERE}' } }),
      },
    });`;
}

/** What the geo data of our own says is set aside, for gdnsd has none. */
function overrides(): string {
  const lines = COUNTRIES.map(
    ([network, country]) => `    '${network}': { country: ${JSON.stringify(country)} }`,
  );
  return ['geo:', '  overrides:', "    '0.0.0.0/0': {}", "    '::/0': {}", ...lines].join('\n');
}

function gdnsdConfig(port: number, folder: string): string {
  const names = COUNTRIES.map((_, index) => `d${index}`);
  const nets = COUNTRIES.map(([network], index) => `${network} => d${index}`);
  const places = names.map((name, index) => `${name} => ${placeOf(index)}`);
  return `
options => { listen => 127.0.0.1:${port}, run_dir => ${folder}/run, state_dir => ${folder}/state }
plugins => { geoip => {
  maps => { map => { datacenters => [elsewhere, ${names.join(', ')}], nets => { ${nets.join(', ')} } } },
  resources => { www => { map => map, service_types => up, dcmap => { elsewhere => ${ELSEWHERE}, ${places.join(', ')} } } }
}}
`;
}
