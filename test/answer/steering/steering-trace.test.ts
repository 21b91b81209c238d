/** Steering as explain tells it: who was looked at, who was dropped and why, who was chosen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { firstHealthy, nearest, pool, records, rotate, sticky, World, weighted } from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'] }, check: TCP, at: [39, -77.5] },
  eu: { records: { A: ['198.51.100.1'] }, check: TCP, at: [50.1, 8.7] },
  six: { records: { A: ['192.0.2.66'], AAAA: ['2001:db8::6'] }, check: TCP },
  both: { records: { A: ['192.0.2.67'], AAAA: ['2001:db8::7'] } },
  shy: { records: { A: ['203.0.113.9'] }, check: TCP, whenDown: 'empty' },
  mail: { records: { A: ['192.0.2.68'], MX: ['10 mx.example.net'] }, check: TCP },
  most: {
    records: { A: ['192.0.2.81', '192.0.2.82', '192.0.2.83'] },
    check: TCP,
    upWhen: { percent: 60 },
  },
  brittle: { records: { A: ['203.0.113.20'] }, check: TCP, whenDown: 'servfail' },
  excused: { records: { A: ['203.0.113.30'] }, check: TCP, whenDown: { kind: 'pool', pool: 'both' } },
  alias: { records: { CNAME: ['cdn.example.net'] } },
};
const US = ['192.0.2.1', '192.0.2.2'];

interface Asked {
  readonly down?: readonly string[];
  readonly from?: string;
  readonly type?: string;
}

/** Plan and health → the steps, as `depth subject verdict: why`. */
const TRACES: readonly (readonly [claim: string, PlanData, Asked, steps: readonly string[]])[] = [
  ['A pool alone', pool('us'), {}, ['0 us chosen: health: up']],
  [
    'An address that is down',
    pool('us'),
    { down: ['192.0.2.1'] },
    ['0 us chosen: health: degraded', '0 us 192.0.2.1 dropped: health: down'],
  ],
  ['Records alone leave nothing to tell', records('192.0.2.8'), {}, []],
  [
    'The first that is healthy',
    firstHealthy('us', 'eu'),
    {},
    ['0 us chosen: health: up', '0 eu kept: health: up'],
  ],
  [
    'One that is down',
    firstHealthy('us', 'eu'),
    { down: US },
    ['0 us dropped: health: down', '0 eu chosen: health: up'],
  ],
  [
    'A pool below its threshold, and one at it',
    firstHealthy('most', 'us'),
    { down: ['192.0.2.81', '192.0.2.82', '192.0.2.2'] },
    [
      '0 most dropped: health: down (33 % up, 60 % wanted)',
      '0 us chosen: health: degraded',
      '1 us 192.0.2.2 dropped: health: down',
    ],
  ],
  [
    'Weights',
    weighted({ us: 0, eu: 1 }),
    {},
    ['0 us kept: health: up, weight 0', '0 eu chosen: health: up, weight 1'],
  ],
  [
    'Stickiness',
    sticky({ us: 0, eu: 1 }),
    {},
    [
      '0 us kept: health: up, weight 0, by client subnet',
      '0 eu chosen: health: up, weight 1, by client subnet',
    ],
  ],
  [
    'Distances',
    nearest('us', 'eu'),
    { from: '198.51.100.1' },
    ['0 us kept: health: up, 6555 km', '0 eu chosen: health: up, 0 km'],
  ],
  [
    'Distances nobody knows',
    nearest('us', 'eu'),
    { from: '127.0.0.1' },
    ['0 us chosen: health: up, distance not known', '0 eu kept: health: up, distance not known'],
  ],
  [
    'All down',
    firstHealthy('shy', 'us'),
    { down: ['203.0.113.9', ...US] },
    [
      '0 shy dropped: health: down, and whenDown is "empty"',
      '0 us chosen: health: down, like all others: as if up',
    ],
  ],
  [
    'One that fails when it is down',
    pool('brittle'),
    { down: ['203.0.113.20'] },
    ['0 brittle dropped: health: down, and whenDown is "servfail"'],
  ],
  [
    'One that stands in',
    pool('excused'),
    { down: ['203.0.113.30'] },
    ['0 excused dropped: health: down, and whenDown is both', '0 both chosen: health: unchecked'],
  ],
  [
    'One that stands in for the one chosen of a choice',
    firstHealthy('brittle', 'excused'),
    { down: ['203.0.113.20', '203.0.113.30'] },
    [
      '0 brittle dropped: health: down, and whenDown is "servfail"',
      '0 excused chosen: health: down, like all others',
      '1 excused dropped: health: down, and whenDown is both',
      '1 both chosen: health: unchecked',
    ],
  ],
  [
    'Nobody left',
    firstHealthy('shy'),
    { down: ['203.0.113.9'] },
    [
      '0 shy dropped: health: down, and whenDown is "empty"',
      '0 firstHealthy dropped: nobody is left: NODATA',
    ],
  ],
  [
    'A group in a group',
    firstHealthy(firstHealthy('us', 'eu')),
    {},
    ['0 firstHealthy chosen: health: up', '1 us chosen: health: up', '1 eu kept: health: up'],
  ],
  [
    'A choice is told right below the one that made it',
    firstHealthy(firstHealthy('us', 'eu'), 'shy'),
    { down: ['192.0.2.1'] },
    [
      '0 firstHealthy chosen: health: up',
      '1 us chosen: health: degraded',
      '2 us 192.0.2.1 dropped: health: down',
      '1 eu kept: health: up',
      '0 shy kept: health: up',
    ],
  ],
  [
    'A pool that something else hands on',
    firstHealthy(rotate('us'), 'eu'),
    {},
    ['0 rotate chosen: health: up', '1 us chosen: health: up', '0 eu kept: health: up'],
  ],
  [
    'Who has no records of the type, and whose records of it are down',
    firstHealthy('us', 'six', 'eu', 'both'),
    { type: 'AAAA', down: ['2001:db8::6'] },
    [
      '0 us dropped: no AAAA records',
      '0 six dropped: health: degraded, all AAAA down',
      '0 eu dropped: no AAAA records',
      '0 both chosen: health: unchecked',
    ],
  ],
  [
    'An alias that is passed over, as another is chosen for all types',
    firstHealthy('eu', 'alias', 'six', 'both'),
    { type: 'AAAA', down: ['2001:db8::6'] },
    [
      '0 eu dropped: no AAAA records',
      '0 alias dropped: health: unchecked, but an alias, which a name is for all types or for none',
      '0 six dropped: health: degraded, all AAAA down',
      '0 both chosen: health: unchecked',
    ],
  ],
  [
    'What is down has no part in a choice for all types, whatever it has',
    firstHealthy('us', 'alias', 'eu'),
    { type: 'AAAA', down: US },
    ['0 us dropped: health: down', '0 alias chosen: health: unchecked', '0 eu kept: health: up'],
  ],
  [
    'A group that is up, and down for the type',
    firstHealthy(firstHealthy('eu', 'mail'), firstHealthy('shy')),
    { type: 'MX', down: ['192.0.2.68'] },
    [
      '0 firstHealthy chosen: health: up, all MX down, like all others: as if up',
      '1 eu dropped: no MX records',
      '1 mail chosen: health: down, like all others: as if up',
      '0 firstHealthy dropped: no MX records',
    ],
  ],
  ['A pool that nobody checks', pool('both'), {}, ['0 both chosen: health: unchecked']],
  [
    'A choice of which nothing is checked',
    firstHealthy(firstHealthy('both'), records('192.0.2.8'), { kind: 'nodata' }, 'us'),
    {},
    [
      '0 firstHealthy chosen: health: unchecked',
      '1 both chosen: health: unchecked',
      '0 records A kept: health: unchecked',
      '0 nodata kept: health: unchecked',
      '0 us kept: health: up',
    ],
  ],
  [
    'A type the pool does not have',
    pool('us'),
    { type: 'TXT' },
    ['0 us chosen: health: up', '0 us dropped: no TXT records'],
  ],
];

for (const [claim, plan, { down = [], ...asked }, expected] of TRACES) {
  test(claim, () => {
    const steps: SteeringStep[] = [];
    new World(POOLS).down(...down).answer(plan, { ...asked, steps });
    assert.deepEqual(
      steps.map(({ depth, subject, verdict, why }) => `${depth} ${subject} ${verdict}: ${why}`),
      expected,
    );
  });
}

/** The reasons for which a pool takes no part in a choice, each with whether it holds. */
const REASONS: readonly (readonly [
  reason: RegExp,
  holds: (pool: PoolData, type: string, isDown: (address: string) => boolean) => boolean,
])[] = [
  [/^no (A|AAAA|MX) records$/, ({ records: { CNAME, ...own } }, type) => !CNAME && own[type] === undefined],
  [
    /^health: down \(\d+ % up, 60 % wanted\)$/,
    (one, _, isDown) => {
      const all = addressesOf(one);
      return 100 * all.filter((address) => !isDown(address)).length < 60 * all.length;
    },
  ],
  [/^health: down$/, (one, _, isDown) => addressesOf(one).every(isDown)],
  [
    /^health: degraded, all (A|AAAA) down$/,
    ({ records: own }, type, isDown) => own[type]?.every((address) => isDown(String(address))) === true,
  ],
  [
    /^health: down, and whenDown is "empty"$/,
    (one, _, isDown) => one.whenDown === 'empty' && addressesOf(one).every(isDown),
  ],
  [
    /^health: down, and whenDown is "servfail"$/,
    (one, _, isDown) => one.whenDown === 'servfail' && addressesOf(one).every(isDown),
  ],
  [
    /^health: down, and whenDown is both$/,
    (one, _, isDown) => typeof one.whenDown === 'object' && addressesOf(one).every(isDown),
  ],
  [
    /^health: unchecked, but an alias, which a name is for all types or for none$/,
    ({ records: { CNAME } }) => CNAME !== undefined,
  ],
];

function addressesOf({ records: { A = [], AAAA = [] } }: PoolData): string[] {
  return [...A, ...AAAA].map(String);
}

test('Law: whoever is dropped from a choice is dropped for a reason, which holds', () => {
  const checked = Object.values(POOLS).flatMap((one) => (one.check ? addressesOf(one) : []));
  const among = fc.uniqueArray(fc.constantFrom(...Object.keys(POOLS)), { minLength: 1 });
  const kind = fc.constantFrom<'first' | 'weighted' | 'sticky'>('first', 'weighted', 'sticky');
  const type = fc.constantFrom('A', 'AAAA', 'MX');
  fc.assert(
    fc.property(among, kind, type, fc.boolean(), fc.subarray(checked), (of, how, asked, isTogether, down) => {
      const weights = Object.fromEntries(of.map((one, at) => [one, at]));
      const plans = { first: firstHealthy(...of), weighted: weighted(weights), sticky: sticky(weights) };
      const plan = { ...plans[how], ...(isTogether && { family: 'together' }) } as PlanData;
      const steps: SteeringStep[] = [];
      new World(POOLS).down(...down).answer(plan, { type: asked, steps });
      for (const { subject, why } of steps.filter(({ verdict }) => verdict === 'dropped')) {
        const one = POOLS[subject];
        if (one === undefined) continue;
        const reason = REASONS.find(([told]) => told.test(why));
        const isDown = (address: string) => down.includes(address);
        assert.ok(reason?.[1](one, asked, isDown), `${subject}: ${why}`);
      }
    }),
    { numRuns: 300 },
  );
});
