/** What handlers may return, and how it arrives at the host. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Loaded, load } from './load.ts';

const POLICY = `
import { bounded, closestByLatency, cname, definePolicy, fastest, fence, firstHealthy, geo, leastLoaded, nearest, nodata, nxdomain, refuse, rotate, shed, sticky, take, weighted } from 'dnsteer';
const early = firstHealthy('eu', 'us');
const stray = firstHealthy('moon');
export default definePolicy({
  pools: { us: { A: '192.0.2.10', ttl: 60 }, eu: { A: ['198.51.100.20'], at: [50, 8] } },
  fallback: 'us',
  hosts: {
    constant: weighted({ us: 95, eu: 5 }),
    pool: () => 'us',
    records: () => ({ A: '192.0.2.1', TXT: ['one', ['two', 'three']], TYPE65280: ['\\\\# 1 00'], ttl: 5 }),
    early: () => early,
    firstHealthy: () => firstHealthy('us', { A: ['192.0.2.1'] }),
    weighted: () => weighted({ us: 95, eu: 5 }),
    choices: () => weighted([[1, 'us'], [2, { A: '192.0.2.1' }]]),
    nearest: () => nearest('us', 'eu'),
    fastest: () => fastest('us', 'eu'),
    byLatency: () => closestByLatency('us', 'eu'),
    shed: () => shed('us', 'eu', { low: 0.5, high: 1 }),
    weightedBy: () => weighted({ us: 1 }, { by: 'load' }),
    leastLoaded: () => leastLoaded('us', { family: 'together' }),
    sticky: () => sticky('us', 'eu'),
    stickyWeights: () => sticky({ us: 3, eu: 1 }),
    firstTogether: () => firstHealthy('us', { A: '192.0.2.1' }, { family: 'together' }),
    weightedTogether: () => weighted({ us: 1 }, { family: 'together' }),
    nearestTogether: () => nearest('us', 'eu', { family: 'together' }),
    stickyTogether: () => sticky('us', { family: 'together' }),
    stickyWeightsTogether: () => sticky({ us: 1 }, { family: 'together' }),
    stickyBy: () => sticky('us', 'eu', { by: 'name' }),
    stickyKey: () => sticky({ us: 1 }, { key: 'x', family: 'together' }),
    bounded: () => bounded('us', 'eu', { slack: 0.5, by: 'network' }),
    boundedAlone: () => bounded('us'),
    badBy: () => sticky('us', { by: 'address' }),
    badBoth: () => bounded('us', { by: 'name', key: 'x' }),
    badKey: () => sticky('us', { key: 5 }),
    badSlack: () => bounded('us', { slack: '1' }),
    slackSticky: () => sticky('us', { slack: 1 }),
    boundedPlan: () => bounded({ A: '192.0.2.1' }),
    badFamily: () => sticky('us', { family: 'apart' }),
    badOption: () => weighted({ us: 1 }, { familly: 'together' }),
    take: () => take('us', 1),
    geo: () => geo({ US: 'us', dach: 'eu', DE: 'us', default: fence('eu') }, { groups: { dach: ['DE', 'AT'], more: ['FR'] } }),
    geoTogether: () => geo({ default: 'us' }, { family: 'together' }),
    geoNoDefault: () => geo({ US: 'us' }),
    geoNoGroup: () => geo({ dahc: 'us', default: 'us' }, { groups: { dach: ['DE'] } }),
    geoTwice: () => geo({ a: 'us', b: 'eu', default: 'us' }, { groups: { a: ['DE'], b: ['AT', 'DE'] } }),
    geoBadGroup: () => geo({ a: 'us', default: 'us' }, { groups: { a: ['Germany'] } }),
    geoPlaceGroup: () => geo({ default: 'us' }, { groups: { DE: ['AT'] } }),
    geoPool: () => geo('us'),
    geoOption: () => geo({ default: 'us' }, { group: {} }),
    rotate: () => rotate('us', { count: 2, ttl: 9 }),
    cname: () => cname('example.net', { ttl: 7 }),
    nodata: () => nodata(),
    nxdomain: () => nxdomain(),
    refuse: () => refuse(),
    nothing() {},
    misspelt: () => 'ues',
    stray: () => stray,
    promise: () => Promise.resolve('us'),
    number: () => 5,
    list: () => ['us'],
    notText: () => ({ A: [192] }),
    unknownKey: () => ({ AAA: '192.0.2.1' }),
    infinite: () => ({ A: '192.0.2.1', ttl: Infinity }),
    badPlan: () => weighted({ us: 1, moon: 1 }),
  },
});`;

let policy: Loaded;
before(async () => {
  policy = await load(POLICY);
});

const us = { kind: 'pool', pool: 'us' };
const eu = { kind: 'pool', pool: 'eu' };
const address = { kind: 'records', records: { A: ['192.0.2.1'] } };

const PLANS: readonly (readonly [host: string, plan: unknown])[] = [
  ['pool', us],
  [
    'records',
    {
      kind: 'records',
      records: { A: ['192.0.2.1'], TXT: ['one', ['two', 'three']], TYPE65280: ['\\# 1 00'] },
      ttl: 5,
    },
  ],
  ['early', { kind: 'firstHealthy', of: [eu, us] }],
  ['firstHealthy', { kind: 'firstHealthy', of: [us, address] }],
  [
    'geo',
    { kind: 'geo', of: [us, eu, { kind: 'fence', of: eu }], places: [['US', 'DE'], ['AT'], ['default']] },
  ],
  ['geoTogether', { kind: 'geo', of: [us], places: [['default']], family: 'together' }],
  [
    'stickyBy',
    {
      kind: 'sticky',
      of: [
        { weight: 1, plan: us },
        { weight: 1, plan: eu },
      ],
      by: 'name',
    },
  ],
  ['stickyKey', { kind: 'sticky', of: [{ weight: 1, plan: us }], key: 'x', family: 'together' }],
  ['bounded', { kind: 'bounded', of: [us, eu], slack: 0.5, by: 'network' }],
  ['boundedAlone', { kind: 'bounded', of: [us] }],
  ['firstTogether', { kind: 'firstHealthy', of: [us, address], family: 'together' }],
  ['weightedTogether', { kind: 'weighted', of: [{ weight: 1, plan: us }], family: 'together' }],
  ['nearestTogether', { kind: 'nearest', of: [us, eu], family: 'together' }],
  ['fastest', { kind: 'fastest', of: [us, eu] }],
  ['byLatency', { kind: 'closestByLatency', of: [us, eu] }],
  ['shed', { kind: 'shed', of: [us, eu], low: 0.5, high: 1 }],
  ['weightedBy', { kind: 'weighted', of: [{ weight: 1, plan: us }], by: 'load' }],
  ['leastLoaded', { kind: 'leastLoaded', of: [us], family: 'together' }],
  ['stickyTogether', { kind: 'sticky', of: [{ weight: 1, plan: us }], family: 'together' }],
  ['stickyWeightsTogether', { kind: 'sticky', of: [{ weight: 1, plan: us }], family: 'together' }],
  [
    'weighted',
    {
      kind: 'weighted',
      of: [
        { weight: 95, plan: us },
        { weight: 5, plan: eu },
      ],
    },
  ],
  [
    'choices',
    {
      kind: 'weighted',
      of: [
        { weight: 1, plan: us },
        { weight: 2, plan: address },
      ],
    },
  ],
  ['nearest', { kind: 'nearest', of: [us, eu] }],
  [
    'sticky',
    {
      kind: 'sticky',
      of: [
        { weight: 1, plan: us },
        { weight: 1, plan: eu },
      ],
    },
  ],
  [
    'stickyWeights',
    {
      kind: 'sticky',
      of: [
        { weight: 3, plan: us },
        { weight: 1, plan: eu },
      ],
    },
  ],
  ['take', { kind: 'take', of: us, count: 1 }],
  ['rotate', { kind: 'rotate', of: us, count: 2, ttl: 9 }],
  ['cname', { kind: 'cname', target: 'example.net', ttl: 7 }],
  ['nodata', { kind: 'nodata' }],
  ['nxdomain', { kind: 'nxdomain' }],
  ['refuse', { kind: 'refuse' }],
];

for (const [host, plan] of PLANS) {
  test(`The answer of "${host}" arrives as data`, () => {
    assert.deepEqual(policy.run(host), { plan, reads: [], impure: [] });
  });
}

const INVALID: readonly (readonly [host: string, why: string])[] = [
  ['nothing', 'hosts.nothing: Nothing is returned; return records, the name of a pool or a plan'],
  ['misspelt', 'hosts.misspelt: Unknown pool "ues"; did you mean "us"?'],
  ['stray', 'hosts.stray: Unknown pool "moon"; declared are us, eu'],
  ['promise', 'hosts.promise: Handlers are synchronous; this one returned a promise'],
  ['number', 'hosts.number: No answer is the number 5; return records, the name of a pool or a plan'],
  ['list', 'hosts.list: No answer is an array; return records, the name of a pool or a plan'],
  ['notText', 'hosts.notText.A[0]: Must be a string or an array of strings, not the number 192'],
  ['unknownKey', 'hosts.unknownKey.AAA: Unknown key; did you mean "AAAA"?'],
  ['infinite', 'hosts.infinite.ttl: Must be a number, not the number Infinity'],
];

for (const [host, why] of INVALID) {
  test(`What "${host}" returns is refused with the host and the reason`, () => {
    assert.deepEqual(policy.run(host), { invalid: why });
  });
}

test('A mistake in a plan is reported where the plan is made', () => {
  const { error } = policy.run('badPlan');
  assert.equal(error?.message, 'weighted(): Unknown pool "moon"; declared are us, eu');
  assert.match(error?.stack ?? '', /badPlan/);
});

test('A choice has no other options than its family, which is "together" or not given', () => {
  assert.equal(
    policy.run('badFamily').error?.message,
    'sticky().family: Must be "together", not the string "apart"',
  );
  assert.match(policy.run('badOption').error?.message ?? '', /^weighted\(\).familly: Unknown key/);
});

const STICKY: Readonly<Record<string, string>> = {
  badBy: 'sticky().by: Must be "network" or "name", not the string "address"',
  badBoth: 'bounded().key: Goes in place of "by"',
  badKey: 'sticky().key: Must be a text, not the number 5',
  badSlack: 'bounded().slack: Must be a number, not the string "1"',
  slackSticky: 'sticky().slack: Unknown key; known are family, by, key',
  boundedPlan: 'bounded(): Takes names of pools, not an object',
};

for (const [host, message] of Object.entries(STICKY)) {
  test(`${host}: ${message}`, () => assert.equal(policy.run(host).error?.message, message));
}

const TABLES: Readonly<Record<string, string>> = {
  geoNoDefault: 'geo(): Needs "default", the answer for everywhere else',
  geoNoGroup: 'geo().dahc: Unknown key; did you mean "dach"?',
  geoTwice: 'geo().b: "DE" is in "a" as well',
  geoBadGroup: 'geo().groups.a[0]: Must be a place, such as "DE", not the string "Germany"',
  geoPlaceGroup: 'geo().groups.DE: No group has the name of a place',
  geoPool: `geo(): Takes answers by place, { EU: 'eu', default: 'us' }, not the string "us"`,
  geoOption: 'geo().group: Unknown key; did you mean "groups"?',
};

for (const [host, message] of Object.entries(TABLES)) {
  test(`${host}: ${message}`, () => assert.equal(policy.run(host).error?.message, message));
}

test('A host without a function is in the manifest, and no handler', () => {
  assert.equal(policy.manifest.hosts.constant?.kind, 'weighted');
  assert.equal(policy.manifest.hosts.pool, null);
  assert.equal(policy.run('constant').invalid, 'No handler decides host "constant"');
});
