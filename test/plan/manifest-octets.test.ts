/** A manifest comes out of the octets that control sends as it was read, and however large it is, in small steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFields } from '../../runtime/base/data-reader.ts';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import { type Manifest, readManifest } from '../../runtime/plan/manifest.ts';
import { type SentManifest, sentManifestInSteps } from '../../runtime/plan/manifest-octets.ts';
import { encodeManifest } from '../../runtime/plan/manifest-writer.ts';
import type { LeafPlan } from '../../runtime/plan/plan.ts';
import type { ManifestData, PoolData } from '../../runtime/rpc/plan.ts';
import { everyLeaf } from '../../runtime/rpc/plan-fold.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { encodedManifest } from '../support/sent-manifest.ts';
import { name } from '../support/wire.ts';

const ZONE = name('example.com.');
const CONTEXT = {
  zone: ZONE,
  defaultTtl: 30,
  maxBudgetMs: 50,
  maxDeadlineMs: 500,
  checkTiming: CHECK_TIMING,
};

const ttl = fc.option(fc.nat({ max: 2 ** 31 - 1 }), { nil: undefined });
/** Some in octets that answers have as they are, some not, and more and fewer than are kept as objects. */
const addresses = fc.record(
  {
    A: fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 12 }),
    AAAA: fc.uniqueArray(fc.ipV6(), { minLength: 1, maxLength: 2 }),
    TXT: fc.array(fc.string({ unit: 'binary-ascii', maxLength: 600 }), { minLength: 1, maxLength: 12 }),
    HTTPS: fc.constantFrom(['1 . alpn=h2 ipv4hint=auto'], ['1 . ipv4hint=192.0.2.1']),
    MX: fc.uniqueArray(fc.constantFrom('10 a.example.com.', '20 b.example.net.'), { minLength: 1 }),
  },
  { requiredKeys: ['A'] },
);
const alias = fc
  .constantFrom('a.example.com.', 'A\\.b\\009.example.net.')
  .map((CNAME) => ({ CNAME: [CNAME] }));
const records = fc.oneof({ weight: 3, arbitrary: addresses }, alias);
const CHECKS: readonly (PoolData['check'] | undefined)[] = [
  undefined,
  { type: 'https', url: 'https://up.example.net/ä' },
  { type: 'tcp', port: 80 },
  { type: 'tcp', port: 81, interval: 5 },
  { all: [{ type: 'tcp', port: 80 }, { not: { type: 'tcp', port: 82, address: 'lock.example.net' } }] },
];
/** What stands in for pools that are down. */
const STAND_INS = [
  { kind: 'pool', pool: 'us' },
  { kind: 'cname', target: 'sorry.example.net.' },
  {
    kind: 'firstHealthy',
    of: [
      { kind: 'pool', pool: 'eu' },
      { kind: 'records', records: { A: ['192.0.2.99'] }, ttl: 3 },
    ],
  },
] as const;
const poolOf = (records: fc.Arbitrary<PoolData['records']>, checks: typeof CHECKS) =>
  fc.record({
    records,
    ttl,
    check: fc.constantFrom(...checks),
    at: fc.constant([52.5, 13.4] as const),
    capacity: fc.constantFrom(7, 0.5),
    whenDown: fc.constantFrom('all', 'empty', 'servfail', undefined, ...STAND_INS),
  });
/** Only a pool that is checked has a threshold. */
const withThreshold = (pools: ReturnType<typeof poolOf>) =>
  fc.tuple(pools, fc.boolean()).map(([pool, isBound]) => {
    const [first = ''] = pool.records.A ?? [];
    if (!isBound || pool.check === undefined) return pool;
    return { ...pool, upWhen: { percent: 60, ...(first !== '' && { weights: { [String(first)]: 3 } }) } };
  });
const pool = fc.oneof(
  { weight: 3, arbitrary: withThreshold(poolOf(addresses, CHECKS)) },
  poolOf(alias, CHECKS.slice(0, 2)),
);
const poolPlan = fc.constantFrom('us', 'eu', 'p.3').map((named) => ({ kind: 'pool' as const, pool: named }));
const { plan } = fc.letrec<{ plan: unknown }>((tie) => {
  const weighted = fc.record({ weight: fc.nat({ max: 1_000_000 }), plan: tie('plan') });
  const several = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 3 });
  const kind = <K extends string>(named: K) => fc.constant(named);
  return {
    plan: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      poolPlan,
      fc.record({ kind: kind('records'), records, ttl }),
      fc.record({
        kind: kind('cname'),
        target: fc.constantFrom('a.example.com.', 'A\\000.example.net.'),
        ttl,
      }),
      fc.constantFrom({ kind: 'nodata' }, { kind: 'nxdomain' }, { kind: 'refuse' }),
      fc.record({ kind: kind('firstHealthy'), of: several(tie('plan')) }),
      fc.record({ kind: kind('fence'), of: tie('plan') }),
      fc.tuple(tie('plan'), tie('plan')).map((of) => ({
        kind: 'geo',
        of,
        places: [
          ['DE', 'US-CA'],
          ['EU', 'default'],
        ],
      })),
      fc.record({ kind: kind('nearest'), of: several(poolPlan) }),
      fc.record({ kind: fc.constantFrom('weighted', 'sticky'), of: several(weighted) }),
      fc.record(
        {
          kind: kind('bounded'),
          of: several(poolPlan),
          slack: fc.constant(0.5),
          by: fc.constantFrom('name', 'network'),
        },
        { requiredKeys: ['kind', 'of'] },
      ),
      fc.record({ kind: kind('rotate'), of: tie('plan'), count: fc.constantFrom(undefined, 2), ttl }),
      fc.record({ kind: kind('take'), of: tie('plan'), count: fc.constant(1) }),
    ),
  };
});
const key = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/),
  fc.constantFrom('*', '*.app', 'x\\.b', '__proto__'),
);
const manifests = fc.record({
  form: fc.constant('policy' as const),
  ttl: fc.option(fc.nat(1000), { nil: undefined }),
  leastTtl: fc.constantFrom(undefined, 0),
  pools: fc.record({ us: pool, eu: pool, 'p.3': pool }),
  fallback: plan,
  hosts: fc.dictionary(key, fc.option(plan)),
  records: fc.constant({ www: { records: { A: ['192.0.2.1'] } } }),
});

/** Slots of an answer process, in an order of their own. */
function slotsOf(): (target: { readonly id: string }) => number {
  const slots = new Map<string, number>();
  return ({ id }) => slots.get(id) ?? slots.set(id, 1000 - slots.size).get(id) ?? assert.fail();
}

/** As plain data: sets are objects of several classes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) return [...value].map(([name, one]) => [name, plain(one)]);
  if (Array.isArray(value)) return value.map(plain);
  if (!isFields(value)) return value;
  if ('rdatas' in value) {
    const { type, ttl, rdatas, slots, encoded } = value;
    return { type, ttl, slots, encoded: plain(encoded), rdatas: plain(rdatas) };
  }
  // Only answer processes count the answers of pools.
  const told = Object.entries(value).filter(([name, one]) => name !== 'load' && one !== undefined);
  return Object.fromEntries(told.map(([name, one]) => [name, plain(one)]));
}

/** Which types a handler declares is for control alone. */
function shown({
  ttl,
  pools,
  fallback,
  hosts,
}: Pick<Manifest, 'ttl' | 'pools' | 'fallback' | 'hosts'>): unknown {
  const sent = hosts.map(({ key, name, plan }) => ({ key, name, plan }));
  return plain({ ttl, pools, fallback, hosts: sent });
}

function withPlans(sent: SentManifest): Parameters<typeof shown>[0] {
  const hosts = sent.hosts.map((host) => ({ ...host, plan: sent.plans.at(host.place), types: [] }));
  return { ...sent, hosts };
}

function isShared(leaf: LeafPlan, pools: SentManifest['pools']): boolean {
  return leaf.kind !== 'pool' || leaf.pool === pools.get(leaf.pool.name);
}

test('Of any manifest, an answer process has what it would have read from the data itself', () => {
  let sound = 0;
  fc.assert(
    fc.property(manifests, (given) => {
      // As it comes out of a sandbox.
      const data: ManifestData = JSON.parse(JSON.stringify(given));
      const inControl = readManifest(data, CONTEXT);
      if (!inControl.ok) return;
      sound += 1;
      const octets = encodeManifest(inControl.value, data);
      const slot = slotsOf();
      const asked: number[] = [];
      const sent = atOnce(
        sentManifestInSteps(octets, (index) => {
          asked.push(index);
          return slot(inControl.value.targets[index] ?? assert.fail());
        }),
      );
      const direct = readManifest(data, { ...CONTEXT, slotOf: slotsOf() });
      assert.ok(direct.ok);
      assert.deepEqual(shown(withPlans(sent)), shown(direct.value));
      assert.deepEqual(asked, [...asked.keys()], 'each target is asked for once, in order');
      assert.equal(asked.length, inControl.value.targets.length);
      assert.deepEqual(sent.written.fallback, data.fallback);
      for (const [index, { key: host }] of sent.hosts.entries()) {
        assert.deepEqual(sent.written.ofHost(index) ?? null, data.hosts[host]);
      }
      assert.ok(everyLeaf(sent.fallback, isShared, sent.pools), 'plans hold the pools themselves');
    }),
    { numRuns: 300 },
  );
  assert.ok(sound > 100, `${sound} manifests were sound`);
});

test('In one step the JSON of one pool is parsed, none of ten thousand hosts, and none of what its author wrote', () => {
  const A = Array.from({ length: 250 }, (_, index) => `192.0.2.${index}`);
  const many = <T>(count: number, of: T): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, of]));
  const { manifest: octets } = encodedManifest(
    {
      form: 'policy',
      fallback: { kind: 'nodata' },
      pools: many(100, { records: { A }, check: { type: 'tcp', port: 80 } }),
      hosts: many(10_000, { kind: 'records', records: { A: ['192.0.2.1', '192.0.2.2'] } }),
      records: {},
    },
    ZONE,
  );
  const { parse } = JSON;
  const parsed: string[] = [];
  JSON.parse = (text: string) => {
    parsed.push(text);
    return parse(text);
  };
  try {
    const steps = sentManifestInSteps(octets, () => 0);
    let [taken, total] = [0, 0];
    for (; steps.next().done !== true; parsed.length = 0) {
      taken += 1;
      total += parsed.length;
      assert.ok(parsed.length <= 1);
      for (const text of parsed) assert.doesNotMatch(text, /192\.0\.2\.1"/);
    }
    assert.equal(taken, 10_100);
    assert.equal(total, 100, 'plans are made when somebody asks for them');
  } finally {
    JSON.parse = parse;
  }
});

test('What was cut off on its way is not served', () => {
  const manifest = { form: 'policy', pools: {}, hosts: {}, records: {} } as const;
  const { manifest: octets } = encodedManifest({ ...manifest, fallback: { kind: 'nodata' } }, ZONE);
  for (let length = 0; length < octets.length; length++) {
    assert.throws(() => atOnce(sentManifestInSteps(octets.slice(0, length), () => 0)));
  }
});
