/** What a policy declares, and everything that can be wrong with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HealthSubject } from '../../runtime/health/combination.ts';
import {
  MANIFEST_WORK,
  type Manifest,
  type ManifestContext,
  readManifest,
} from '../../runtime/plan/manifest.ts';
import { nameFromText, nameToText } from '../../runtime/wire/name.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';

const zone = nameFromText('example.com');
assert.ok(zone.ok);

function context(slots: string[] = []): ManifestContext {
  const slotOf = ({ id }: HealthSubject): number =>
    slots.includes(id) ? slots.indexOf(id) : slots.push(id) - 1;
  return {
    zone: zone.ok ? zone.value : new Uint8Array(1),
    defaultTtl: 30,
    maxBudgetMs: 50,
    maxDeadlineMs: 500,
    checkTiming: CHECK_TIMING,
    slotOf,
  };
}

const US = { records: { A: ['192.0.2.10', '192.0.2.11'], AAAA: ['2001:db8::10'] } };
const FALLBACK = { kind: 'pool', pool: 'us' };
const BASE = { form: 'policy', pools: { us: US }, fallback: FALLBACK, hosts: {}, records: {} };

function read(changes: object, slots?: string[]): Manifest {
  const manifest = readManifest({ ...BASE, ...changes }, context(slots));
  assert.ok(manifest.ok, manifest.ok ? '' : manifest.problem.join('\n'));
  return manifest.value;
}

function problems(changes: object): string[] {
  const manifest = readManifest({ ...BASE, ...changes }, context());
  assert.ok(!manifest.ok, 'it is refused');
  return manifest.problem;
}

test('A policy that says little gets the defaults', () => {
  const { form, ttl, budgetMs, deadlineMs, hosts, records, targets } = read({});
  assert.deepEqual(
    { form, ttl, budgetMs, deadlineMs, hosts, records, targets },
    {
      form: 'policy',
      ttl: 30,
      budgetMs: undefined,
      deadlineMs: undefined,
      hosts: [],
      records: [],
      targets: [],
    },
  );
});

test('Settings are taken as given', () => {
  const { ttl, budgetMs, deadlineMs } = read({ ttl: 60, budget: 2.5, deadline: 20 });
  assert.deepEqual([ttl, budgetMs, deadlineMs], [60, 2.5, 20]);
});

test('A pool may declare its capacity, and is without one else', () => {
  const { pools } = read({ pools: { us: { ...US, capacity: 0.5 }, eu: US } });
  assert.deepEqual([pools.get('us')?.capacity, 'capacity' in (pools.get('eu') ?? {})], [0.5, false]);
});

test('The TTL of a pool is its own, else that of the policy', () => {
  const { pools } = read({ ttl: 60, pools: { us: US, eu: { ...US, ttl: 5 } } });
  assert.deepEqual(
    pools.get('us')?.sets.map((set) => set.ttl),
    [60, 60],
  );
  assert.deepEqual(
    pools.get('eu')?.sets.map((set) => set.ttl),
    [5, 5],
  );
});

test('Every checked address has the slot of its own target', () => {
  const slots: string[] = [];
  const pool = { records: { ...US.records, TXT: ['x'] }, check: { type: 'tcp', port: 443 } };
  const { pools, targets } = read({ pools: { us: pool } }, slots);
  assert.deepEqual(
    pools.get('us')?.sets.map((set) => set.slots),
    [[0, 1], [2], [-1]],
  );
  assert.deepEqual(
    targets.map(({ id }) => id),
    slots,
  );
});

test('Where a URL speaks for the pool, all its addresses share one slot', () => {
  const check = { type: 'https', url: 'https://status.example.net/up' };
  const { pools, targets } = read({ pools: { us: { ...US, check } } });
  assert.deepEqual(
    pools.get('us')?.sets.map((set) => set.slots),
    [[0, 0], [0]],
  );
  assert.equal(targets.length, 1);
});

test('A target that two pools declare is one', () => {
  const pool = { ...US, check: { type: 'tcp', port: 443 } };
  assert.equal(read({ pools: { us: pool, same: pool } }).targets.length, 3);
});

test('Hosts have their names, and plans where no handler decides', () => {
  const { hosts } = read({ hosts: { '@': null, WWW: FALLBACK, '*.app': null, 'a.example.com.': null } });
  assert.deepEqual(
    hosts.map(({ key, name, plan }) => [key, nameToText(name), plan?.kind]),
    [
      ['@', 'example.com.', undefined],
      ['WWW', 'www.example.com.', 'pool'],
      ['*.app', '*.app.example.com.', undefined],
      ['a.example.com.', 'a.example.com.', undefined],
    ],
  );
});

test('Static records have owners and TTLs', () => {
  const { records } = read({
    ttl: 60,
    records: {
      '@': { records: { MX: ['10 mail.example.com'] }, ttl: 300 },
      sub: { records: { NS: ['ns1.example.net', 'ns2.example.net'] } },
    },
  });
  assert.deepEqual(records.map(recordToText), [
    'example.com. 300 IN MX 10 mail.example.com.',
    'sub.example.com. 60 IN NS ns1.example.net.',
    'sub.example.com. 60 IN NS ns2.example.net.',
  ]);
});

test('A handler without a fallback fails with SERVFAIL; a policy cannot choose that', () => {
  const servfail = { kind: 'servfail' };
  assert.deepEqual(read({ form: 'handler', fallback: servfail }).fallback, servfail);
  assert.deepEqual(problems({ fallback: servfail }), ['fallback: Must be a plan']);
});

const TTL = 'Must be a whole number from 0 to 2147483647';
const REFUSED: readonly (readonly [what: string, changes: object, ...problems: (string | RegExp)[]])[] = [
  ['no fallback', { fallback: undefined }, 'fallback: Must be a plan'],
  ['a TTL below zero', { ttl: -1 }, `ttl: ${TTL}`],
  ['a budget over the maximum', { budget: 51 }, 'budget: Must be a number from 1 to 50'],
  ['a deadline within the budget', { budget: 20, deadline: 10 }, 'deadline: Must be a number from 20 to 500'],
  ['settings of other types', { ttl: '5', budget: [] }, `ttl: ${TTL}`, /^budget: /],
  ['a pool without records', { pools: { us: { records: {} } } }, 'pools.us: Holds no records'],
  ['a pool that is no object', { pools: { us: 5 } }, 'pools.us: Must be an object', /^pools\.us: /],
  [
    'a pool whose records are wrong is not called empty as well',
    { pools: { us: { records: { A: ['192.0.2.300'] } } } },
    /^pools\.us\.A\[0\]: /,
  ],
  ['a pool with a strange name', { pools: { us: US, __proto: US } }, /^pools\.__proto: A pool is named with/],
  [
    'a pool off the globe',
    { pools: { us: { ...US, at: [91, 181] } } },
    'pools.us.at[0]: Must be a number from -90 to 90',
    'pools.us.at[1]: Must be a number from -180 to 180',
  ],
  ['a pool half placed', { pools: { us: { ...US, at: [1] } } }, 'pools.us.at: Must be [latitude, longitude]'],
  [
    'another whenDown',
    { pools: { us: US, b: { ...US, whenDown: 'x' } } },
    'pools.b.whenDown: Must be "all", "empty", "servfail" or a plan',
  ],
  [
    'a stand-in of pools that there are not',
    { pools: { us: US, b: { ...US, whenDown: { kind: 'pool', pool: 'ue' } } } },
    'pools.b.whenDown: Unknown pool "ue"',
  ],
  [
    'an alias that stands in at the name of the zone',
    {
      pools: { us: US, b: { ...US, whenDown: { kind: 'cname', target: 'sorry.example.net' } } },
      hosts: { '@': { kind: 'pool', pool: 'b' } },
    },
    /^hosts\["@"\]: A CNAME cannot stand at the name of the zone itself/,
  ],
  [
    'a TTL that falls without a check',
    { pools: { us: US, b: { records: { A: ['192.0.2.9'] }, leastTtl: 5 } } },
    'pools.b.leastTtl: Needs a "check": without one no change of health is ever near',
  ],
  [
    'a TTL that falls to more than it is',
    {
      pools: {
        us: US,
        b: { records: { A: ['192.0.2.9'] }, check: { type: 'tcp', port: 1 }, ttl: 5, leastTtl: 5 },
      },
    },
    'pools.b.leastTtl: Must be less than the TTL that falls, which is 5',
  ],
  ['a TTL that falls below 0', { leastTtl: -1 }, 'leastTtl: Must be a whole number from 0 to 2147483647'],
  ...[0, -1, Number.POSITIVE_INFINITY, '9'].map((capacity): [string, object, string] => [
    `a capacity of ${capacity}`,
    { pools: { us: { ...US, capacity } } },
    'pools.us.capacity: Must be queries a second: a number above 0, at most 1000000000000',
  ]),
  [
    'a host outside the zone',
    { hosts: { 'www.example.net.': null } },
    'hosts["www.example.net."]: Lies outside the zone example.com.',
  ],
  [
    'a host that repeats the zone',
    { hosts: { 'www.example.com': null } },
    'hosts["www.example.com"]: Names are relative to the zone; write "www"',
  ],
  [
    'the zone as a host',
    { hosts: { 'example.com': null } },
    'hosts["example.com"]: Names are relative to the zone; write "@"',
  ],
  ['the same host twice', { hosts: { www: null, WWW: null } }, 'hosts.WWW: The same name is given twice'],
  ['a wildcard in the middle', { hosts: { 'a.*': null } }, /^hosts\["a\.\*"\]: A wildcard is "\*" alone/],
  ['a wildcard in a label', { hosts: { 'a*': null } }, /^hosts\["a\*"\]: A wildcard is "\*" alone/],
  ['an empty label', { hosts: { 'a..b': null } }, /^hosts\["a\.\.b"\]: Name "a\.\.b" has an empty label/],
  [
    'a plan with an unknown pool',
    { hosts: { www: { kind: 'pool', pool: 'eu' } } },
    'hosts.www: Unknown pool "eu"',
  ],
  [
    'a mistake deep inside a plan',
    { hosts: { www: { kind: 'firstHealthy', of: [FALLBACK, { kind: 'records', records: { A: ['x'] } }] } } },
    /^hosts\.www\.firstHealthy\[1\]\.A\[0\]: A: /,
  ],
  [
    'a CNAME at the zone itself',
    {
      hosts: { '@': { kind: 'cname', target: 'example.net' } },
      records: { '@': { records: { CNAME: ['example.net'] } } },
    },
    /^hosts\["@"\]: A CNAME cannot stand/,
    /^records\["@"\]\.CNAME: Cannot stand/,
  ],
  [
    'a fallback to a CNAME where the zone itself is decided',
    { hosts: { '@': null }, fallback: { kind: 'cname', target: 'example.net' } },
    /^fallback: A CNAME cannot stand/,
  ],
];

for (const [what, changes, ...expected] of REFUSED) {
  test(`Refused with its path: ${what}`, () => {
    const found = problems(changes);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, wanted] of expected.entries()) {
      if (typeof wanted === 'string') assert.equal(found[at], wanted);
      else assert.match(found[at] ?? '', wanted);
    }
  });
}

test('How much of a pool has to be up is read with the weights of its addresses, others weigh 1', () => {
  const check = { type: 'tcp', port: 443 };
  const upWhen = { percent: 60, weights: { '192.0.2.11': 3, '2001:DB8:0::10': 0 } };
  const { pools } = read({ pools: { us: { ...US, check, upWhen } } });
  const { sets = [], upWhen: found } = pools.get('us') ?? {};
  assert.deepEqual(found, { percent: 60, weights: [[1, 3], [0]] });
  assert.deepEqual(
    sets.map(({ rdatas }) => rdatas.length),
    [2, 1],
  );
  const bare = read({ pools: { us: { ...US, check, upWhen: { percent: 1 } } } });
  assert.deepEqual(bare.pools.get('us')?.upWhen, { percent: 1 });
});

for (const [upWhen, ...expected] of [
  [{}, 'percent: Is required: the share that has to be up, from 1 to 100'],
  [{ percent: 0 }, 'percent: Must be a number from 1 to 100'],
  [{ percent: Number.NaN }, 'percent: Must be a number from 1 to 100'],
  [{ percent: 60, count: 1 }, 'count: There is no such field'],
  [{ percent: 60, weights: { '192.0.2.99': 1 } }, 'weights["192.0.2.99"]: The pool has no such address'],
  [{ percent: 60, weights: { us: 1 } }, 'weights.us: The pool has no such address'],
  [
    { percent: 60, weights: { '192.0.2.10': -1 } },
    'weights["192.0.2.10"]: Must be a whole number from 0 to 1000000',
  ],
  [
    { percent: 60, weights: { '192.0.2.10': 0, '192.0.2.11': 0, '2001:db8::10': 0 } },
    'weights: All weights are 0',
  ],
] as const) {
  test(`Refused as a threshold: ${JSON.stringify(upWhen)}`, () => {
    const check = { type: 'tcp', port: 443 };
    const found = problems({ pools: { us: { ...US, check, upWhen } } });
    assert.deepEqual(
      found,
      expected.map((problem) => `pools.us.upWhen.${problem}`),
    );
  });
}

test('A threshold needs a check', () => {
  assert.deepEqual(problems({ pools: { us: { ...US, upWhen: { percent: 60 } } } }), [
    'pools.us.upWhen: Needs a check: without one the pool is always up',
  ]);
});

test('All problems are told at once', () => {
  const found = problems({
    ttl: -1,
    pools: { us: { ...US, check: { type: 'tcp', port: 0 } }, eu: { records: { A: ['x'] } } },
    hosts: { 'a..b': null },
  });
  assert.deepEqual(
    found.map((problem) => problem.slice(0, problem.indexOf(':'))),
    ['ttl', 'pools.us.check.port', 'pools.eu.A[0]', 'hosts["a..b"]'],
  );
});

test('Limits hold', () => {
  const many = (count: number, value: unknown): object =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, value]));
  read({ pools: { ...many(999, US), us: US } });
  assert.match(
    problems({ pools: { ...many(1000, US), us: US } })[0] ?? '',
    /^pools: Holds 1001 entries; 1000 are/,
  );
  read({ hosts: many(10_000, null) });
  assert.match(problems({ hosts: many(10_001, null) })[0] ?? '', /^hosts: Holds 10001 entries; 10000 are/);
  const values = { records: { A: Array.from({ length: 250 }, (_, at) => `192.0.2.${at}`) } };
  assert.match(problems({ records: many(401, values) }).join(), /^records: Holds over 100000 values/);
});

test('Whatever a sandbox sends, the outcome is a manifest or problems', () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(US))),
  );
  const keys = ['form', 'ttl', 'budget', 'deadline', 'pools', 'fallback', 'hosts', 'records'];
  const data = fc.record(Object.fromEntries(keys.map((key) => [key, part])), { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), data), (given) => {
      const manifest = readManifest(given, context());
      assert.ok(manifest.ok || manifest.problem.length > 0);
    }),
    { numRuns: 300 },
  );
});

test('Pools that many plans name are there once, whatever TTL a plan gives them', () => {
  const of = Array.from({ length: 250 }, () => FALLBACK);
  const host = (ttl: number) => ({ kind: 'rotate', ttl, of: { kind: 'firstHealthy', of } });
  const { pools, hosts } = read({ hosts: { a: host(1), b: host(2) } });
  for (const { plan } of hosts) {
    assert.ok(plan?.kind === 'rotate' && plan.of.kind === 'firstHealthy');
    for (const one of plan.of.of) assert.equal(one.kind === 'pool' && one.pool, pools.get('us'));
  }
});

test('All pools and plans have a bound together, which is told with the sum, the excess and the remedy', () => {
  const text = 'x'.repeat(62_000);
  const pool = (index: number) => [`p${index}`, { records: { TXT: [text] } }];
  const pools = Object.fromEntries(Array.from({ length: 40 }, (_, index) => pool(index)));
  const some = Object.fromEntries(Object.entries(pools).slice(0, 30));
  const fallback = { kind: 'pool', pool: 'p0' };
  read({ pools: some, fallback });
  const [problem] = problems({ pools, fallback });
  const octets = 40 * (12 + 62_000 + Math.ceil(62_000 / 255));
  const most = MANIFEST_WORK.octets;
  const sum = `Comes to ${octets} octets, ${octets - most} more than the ${most} that`;
  assert.ok(problem?.startsWith(`${sum} the pools and plans of one policy may have. Give records`));
});

test('A plan, or a pool, of more parts than can be parsed at one go is refused by name', () => {
  const junk = Array.from({ length: 9000 }, () => 0);
  assert.deepEqual(problems({ hosts: { www: { kind: 'nodata', junk } } }), [
    'hosts.www: Has over 8192 parts',
  ]);
  assert.deepEqual(problems({ pools: { us: US, eu: { ...US, junk } } }), ['pools.eu: Has over 8192 parts']);
});
