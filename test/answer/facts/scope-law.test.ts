/**
 * The law of the ECS scope (RFC 7871 §7.2.1): every address inside it gets the same answer, for the same
 * reasons; and it is no narrower than what was read requires. For any policy, any networks that operators
 * say where they are, both families, remembered or not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bitsOfOneKind } from '../../../runtime/base/net/embedded-ipv4.ts';
import {
  type Address,
  addressToText,
  maskAddress,
  parseAddress,
  parsePrefix,
  prefixToText,
} from '../../../runtime/base/net/ip.ts';
import { createGeoipLiteSource } from '../../../runtime/geo/geoip-lite.ts';
import type { GeoSource, Location } from '../../../runtime/geo/location.ts';
import { withOverrides } from '../../../runtime/geo/overrides.ts';
import { networksText } from '../../../runtime/rpc/facts/network-fact.ts';
import { anyIpv4, anyIpv6, fill } from '../../geo/prefix-law.ts';
import { BORDERS, embed, embedded, formOf } from '../../support/embedded-ipv4.ts';
import { LISTS, NETWORK_FACTS, type Tree, trees } from '../policy-tree.ts';
import { type TreeAsk, TreeWorld } from '../tree-world.ts';

const NOWHERE: GeoSource = { locate: () => ({}), read: () => undefined, key: () => 0, prefixLength: () => 0 };

const LOCATIONS: readonly Location[] = [
  { country: 'DE', city: 'Berlin', latitude: 52, longitude: 13 },
  { country: 'DE', city: 'Bonn', latitude: 50, longitude: 7 },
  { country: 'FR', region: 'IDF' },
  { country: 'FR', timeZone: 'Europe/Paris' },
  { country: 'US', latitude: 39, longitude: -77 },
  { city: 'Atlantis' },
  {},
];

/** Few first octets, so that networks lie in each other and side by side. */
const crowded: fc.Arbitrary<Address> = fc
  .tuple(fc.boolean(), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(([isIpv4, bytes]) => {
    bytes[0] = isIpv4 ? 10 : 0x20;
    bytes[1] = (bytes[1] ?? 0) & 3;
    bytes[2] = (bytes[2] ?? 0) & 0x83;
    return isIpv4 ? { family: 4, bytes: bytes.slice(0, 4) } : { family: 6, bytes };
  });
/** Those of IPv4 as they come in IPv6 as well, and what is close to those. */
const anyCrowded = fc.oneof(
  crowded,
  embedded(crowded.map(({ bytes }) => ({ family: 4, bytes: Uint8Array.of(10, ...bytes.subarray(1, 4)) }))),
  fc.constantFrom(...BORDERS),
);

const networks = fc.dictionary(
  fc.tuple(crowded, fc.integer({ min: 0, max: 34 })).map(([address, bits]) => {
    const length = Math.min(bits, 8 * address.bytes.length);
    return prefixToText({ address: maskAddress(address, length), length });
  }),
  fc.constantFrom(...LOCATIONS),
  { maxKeys: 10 },
);

/** An ECS scope as an answer tells it. */
function scopeIn(lines: readonly string[]): number {
  return Number(
    lines
      .find((line) => line.startsWith('ecs '))
      ?.split(' ')
      .at(-1) ?? assert.fail('no ECS'),
  );
}

class ScopeWorld {
  readonly #world: TreeWorld;

  constructor(geo: GeoSource, tree: Tree) {
    this.#world = new TreeWorld({ geo });
    this.#world.put({ a: tree, b: tree, '*.w': tree });
  }

  /** What the policy comes to, and by which reads. */
  oracle(client: Address): { answer: string; path: string } {
    return this.#world.oracle(askOf(client));
  }

  /** The scope of the answer, asked for and from memory. */
  scope(client: Address): number {
    const ecs = prefixToText({ address: client, length: 8 * client.bytes.length });
    const [first, second] = [1, 2].map(() => this.#world.server.ask({ question: 'a.example.com A', ecs }));
    assert.ok(first && second);
    assert.deepEqual(first, second);
    assert.equal(first[1], this.oracle(client).answer);
    return scopeIn(first);
  }

  /** Fails unless the addresses in a prefix, as far as they are looked at, are on one path. */
  assertSame(client: Address, length: number, random: Uint8Array, candidates: readonly Address[]): void {
    const expected = this.oracle(client);
    const ends = [new Uint8Array(16), new Uint8Array(16).fill(0xff), random];
    const inside = candidates.filter((candidate) => isIn(candidate, client, length));
    for (const other of [...ends.map((rest) => fill(client, length, rest)), ...inside]) {
      const message = `${addressToText(client)}/${length} contains ${addressToText(other)}`;
      assert.deepEqual(this.oracle(other), expected, message);
    }
  }
}

function askOf(client: Address): TreeAsk {
  return { host: 'a', label: '', type: 'A', from: addressToText(client) };
}

function isIn(address: Address, network: Address, length: number): boolean {
  if (address.family !== network.family) return false;
  return Buffer.compare(maskAddress(address, length).bytes, maskAddress(network, length).bytes) === 0;
}

/** Where something may begin to be different: the first address of each network, and the first behind it. */
function bordersOf(overrides: Readonly<Record<string, Location>>): Address[] {
  return Object.keys(overrides).flatMap((text) => {
    const { address, length } = parsePrefix(text) ?? assert.fail(text);
    const last = fill(address, length, new Uint8Array(16).fill(0xff));
    return [address, last, ...next(last)];
  });
}

function next({ family, bytes }: Address): Address[] {
  const after = bytes.slice();
  let at = after.length - 1;
  while (at >= 0 && after[at] === 0xff) after[at--] = 0;
  if (at < 0) return [];
  after[at] = (after[at] ?? 0) + 1;
  return [{ family, bytes: after }];
}

/** Those of the networks that policies ask for. */
const NETWORK_BORDERS = [
  ...NETWORK_FACTS.flatMap((fact) =>
    bordersOf(Object.fromEntries((networksText(fact) ?? '').split(',').map((network) => [network, {}]))),
  ),
  ...[...LISTS.values()].flatMap((list) => ([4, 6] as const).flatMap((family) => [...list.borders(family)])),
];

const noise = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('All of the scope is on one path, and the other half of what is twice as large is not', () => {
  fc.assert(
    fc.property(
      trees(['client.ip']),
      networks,
      fc.array(anyCrowded, { minLength: 1, maxLength: 10 }),
      noise,
      (tree, overrides, clients, random) => {
        const world = new ScopeWorld(withOverrides(NOWHERE, overrides), tree);
        const ends = bordersOf(overrides);
        const borders = [...ends, ...BORDERS, ...NETWORK_BORDERS];
        for (const client of [...clients, ...ends]) {
          const scope = world.scope(client);
          const near = [...borders, ...asInside(client, borders)];
          world.assertSame(client, scope, random, near);
          // RFC 7871 §7.3.1: 0 is for both families, so an answer by what is known of one has no other in its scope.
          if (scope > leastScope(client)) assertNarrow(world, client, scope, near);
          else if (scope === 0) assert.doesNotMatch(world.oracle(client).path, /client\./);
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** The IPv4 addresses among these, as they are inside of IPv6 where that of the client is. */
function asInside(client: Address, addresses: readonly Address[]): Address[] {
  const form = formOf(client);
  if (form === undefined) return [];
  return addresses.filter(({ family }) => family === 4).map((each) => embed(each, form, client.bytes));
}

/** Of what is read of a client. */
function leastScope(client: Address): number {
  if (client.family === 4) return 1;
  return bitsOfOneKind(client.bytes);
}

function assertNarrow(world: ScopeWorld, client: Address, scope: number, borders: readonly Address[]): void {
  const half = maskAddress(client, scope);
  half.bytes[(scope - 1) >> 3] = (half.bytes[(scope - 1) >> 3] ?? 0) ^ (0x80 >> ((scope - 1) & 7));
  const others = [half, ...borders.filter((border) => isIn(border, half, scope))];
  const { path } = world.oracle(client);
  assert.ok(
    others.some((other) => world.oracle(other).path !== path),
    `${addressToText(client)}/${scope} could be wider: ${path}`,
  );
}

const CITIES = createGeoipLiteSource({ detail: 'city' });
const OFFICES = {
  '81.2.69.0/26': { country: 'JP' },
  '2a01:4f8::/48': { city: 'Bonn' },
  '10.0.0.0/8': { country: 'DE' },
};

for (const [family, addresses] of [
  ['IPv4', anyIpv4],
  ['IPv6', anyIpv6],
  ['IPv4 inside IPv6', embedded(anyIpv4)],
] as const) {
  test(`All of the scope is on one path, by geo data and networks of the operator, for ${family}`, () => {
    const near = Object.keys(OFFICES).flatMap((text) => parseAddress(text.split('/')[0] ?? '') ?? []);
    const client = fc.oneof(
      { weight: 3, arbitrary: addresses },
      fc
        .tuple(fc.constantFrom(...near), noise, fc.integer({ min: 8, max: 32 }))
        .map(([office, random, length]) => fill(office, length, random)),
    );
    fc.assert(
      fc.property(
        trees(),
        fc.array(client, { minLength: 10, maxLength: 10 }),
        noise,
        (tree, clients, random) => {
          const world = new ScopeWorld(withOverrides(CITIES, OFFICES), tree);
          for (const one of clients) world.assertSame(one, world.scope(one), random, bordersOf(OFFICES));
        },
      ),
      { numRuns: 100 },
    );
  });
}
