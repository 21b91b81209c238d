/** Plans are shown as their author would write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataText } from '../../runtime/plan/plan-text.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';

const us: PlanData = { kind: 'pool', pool: 'us' };
const eu: PlanData = { kind: 'pool', pool: 'eu' };

const CASES: readonly (readonly [PlanData, string])[] = [
  [us, 'us'],
  [
    { kind: 'records', records: { A: ['192.0.2.1', '192.0.2.2'], TXT: [['a', 'b']] }, ttl: 60 },
    'A 192.0.2.1 192.0.2.2, TXT a b, TTL 60',
  ],
  [
    { kind: 'firstHealthy', of: [us, { kind: 'nearest', of: [us, eu] }] },
    'firstHealthy(us, nearest(us, eu))',
  ],
  [
    {
      kind: 'weighted',
      of: [
        { weight: 95, plan: us },
        { weight: 5, plan: eu },
      ],
    },
    'weighted(95 us, 5 eu)',
  ],
  [{ kind: 'sticky', of: [{ weight: 1, plan: us }] }, 'sticky(1 us)'],
  [{ kind: 'rotate', of: us, count: 2, ttl: 5 }, 'rotate(us, 2 of them), TTL 5'],
  [{ kind: 'sticky', of: [{ weight: 1, plan: us }], by: 'name' }, 'sticky(1 us) by name'],
  [{ kind: 'bounded', of: [us, eu] }, 'bounded(us, eu)'],
  [{ kind: 'bounded', of: [us, eu], slack: 0.5, key: 'x' }, 'bounded(us, eu, slack 0.5) by key'],
  [{ kind: 'take', of: us, count: 1 }, 'take(us, 1)'],
  [{ kind: 'geo', of: [us, eu], places: [['US', 'default'], ['EU']] }, 'geo(US default: us, EU: eu)'],
  [{ kind: 'fence', of: { kind: 'firstHealthy', of: [us, eu] } }, 'fence(firstHealthy(us, eu))'],
  [{ kind: 'cname', target: 'cdn.example.net' }, 'cname(cdn.example.net)'],
  [{ kind: 'nxdomain' }, 'nxdomain'],
];

for (const [plan, text] of CASES) {
  test(text, () => assert.equal(dataText(plan), text));
}
