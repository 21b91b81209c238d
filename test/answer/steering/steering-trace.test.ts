/** Steering as explain tells it: who was looked at, who was dropped and why, who was chosen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
