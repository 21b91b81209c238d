import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { compileRecords } from '../../runtime/plan/compile-records.ts';
import type { Pool } from '../../runtime/plan/plan.ts';
import { mayAnswerCname } from '../../runtime/plan/plan-aliases.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { must, name } from '../support/wire.ts';

const ZONE = name('example.com.');

function poolOf(named: string, records: Readonly<Record<string, readonly string[]>>): Pool {
  const sets = compileRecords(records, '', { zone: ZONE, ttl: 1, placement: 'answer' });
  assert.ok(sets.ok);
  return { name: named, sets: sets.value, at: [0, 0], whenDown: 'all' };
}

const POOLS = new Map([
  ['us', poolOf('us', { A: ['192.0.2.1'] })],
  ['cdn', poolOf('cdn', { CNAME: ['cdn.example.net.'] })],
]);
const us: PlanData = { kind: 'pool', pool: 'us' };
const cdn: PlanData = { kind: 'pool', pool: 'cdn' };
const alias: PlanData = { kind: 'cname', target: 'cdn.example.net.' };

/** Plans of every kind around one plan. */
const around = (plan: PlanData): PlanData[] => [
  plan,
  { kind: 'firstHealthy', of: [us, plan] },
  {
    kind: 'weighted',
    of: [
      { weight: 1, plan: us },
      { weight: 0, plan },
    ],
  },
  { kind: 'sticky', of: [{ weight: 1, plan }] },
  { kind: 'take', of: plan, count: 1 },
  { kind: 'rotate', of: { kind: 'firstHealthy', of: [us, plan] } },
];

function isAlias(plan: PlanData): boolean {
  return mayAnswerCname(must(compilePlan(plan, { zone: ZONE, pools: POOLS, ttl: 1, apex: false })));
}

test('A CNAME is found wherever a plan has it', () => {
  const records: PlanData = { kind: 'records', records: { CNAME: ['a.example.net.'] } };
  for (const plan of [alias, cdn, records].flatMap(around)) assert.ok(isAlias(plan), JSON.stringify(plan));
  assert.ok(isAlias({ kind: 'nearest', of: [us, cdn] }));
});

test('Other plans have none', () => {
  const others: PlanData[] = [us, { kind: 'nodata' }, { kind: 'nxdomain' }, { kind: 'refuse' }];
  for (const plan of others.flatMap(around)) assert.ok(!isAlias(plan), JSON.stringify(plan));
  assert.ok(!isAlias({ kind: 'nearest', of: [us] }));
});
