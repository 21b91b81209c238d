/**
 * What a query from memory costs at worst: the longest way through facts that a policy may make, in processor time.
 * The bounds are several times what a quiet machine takes.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import type { PastRead } from '../../../runtime/answer/facts/fact.ts';
import { parseFact } from '../../../runtime/answer/facts/fact.ts';
import { Facts } from '../../../runtime/answer/facts/facts.ts';
import { Memo } from '../../../runtime/answer/memo/memo.ts';
import type { MemoQuestion } from '../../../runtime/answer/memo/memo-node.ts';
import { MemoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { Pool } from '../../../runtime/plan/plan.ts';
import { MOST_READS, MOST_TIME_ZONES } from '../../../runtime/rpc/plan.ts';
import { ClientSubnet } from '../../../runtime/wire/client-subnet.ts';
import { GEO } from '../places.ts';

const QUESTION: MemoQuestion = {
  host: 0,
  type: 1,
  isWildcard: false,
  name: new Uint8Array(1),
  nameLength: 1,
};
/** Of one client, what there is to read but health. */
const OTHERS = [
  'query.name',
  'query.type',
  'client.country',
  'client.continent',
  'client.region',
  'client.city',
  'client.latitude',
  'client.longitude',
  'client.eu',
  'client.timeZone',
  'client.subnet',
  'client.family',
  ...Intl.supportedValuesOf('timeZone')
    .slice(0, MOST_TIME_ZONES)
    .flatMap((zone) => ['year', 'month', 'day', 'hour', 'minute'].map((part) => `time@${zone}.${part}`)),
];

const health = new HealthTable();
/** As many targets as a manifest of the largest size has. */
const pools = new Map(
  Array.from({ length: MOST_READS }, (_, pool) => {
    const slots = Array.from({ length: 200 }, (_, index) => health.slot(200 * pool + index));
    return [`p${pool}`, { name: `p${pool}`, sets: [{ type: 1, slots }] } as unknown as Pool] as const;
  }),
);
// Whether all of a pool are down is seen once each was looked at; and not all pools are up at once.
for (const pool of pools.keys()) {
  if (pool === 'p0') continue;
  for (let index = 0; index < 200; index += 1) health.set(200 * Number(pool.slice(1)) + index, 'down');
}

function walks(keys: readonly string[]): number[] {
  let now = Date.UTC(2026, 10, 23);
  const facts = new Facts(GEO, health, () => now);
  const memo = new Memo(new MemoSpace({ leaves: 10, policyOctets: 1e7, octets: 1e7 }));
  const begin = (): void => facts.begin(new ClientSubnet(), { address: '192.0.2.1' });
  begin();
  const reads = keys.map((key): PastRead => {
    const fact = parseFact(key, pools) ?? assert.fail(key);
    // Zones are looked up few at a time.
    now += 10;
    begin();
    return { fact, value: facts.value(fact) };
  });
  assert.equal(memo.remember(QUESTION, reads, { kind: 'nodata' }), undefined);
  return Array.from({ length: 60 }, (_, index) => {
    begin();
    const before = process.threadCpuUsage();
    const leaf = memo.find(QUESTION, facts);
    const { user, system } = process.threadCpuUsage(before);
    assert.ok(leaf !== undefined || index === 0);
    return (user + system) / 1000;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

test('The health of as many pools as one decision may rest on, of fifty thousand targets, is walked in a millisecond', () => {
  const times = walks([...pools.keys()].map((pool) => `health.${pool}`));
  assert.ok(median(times) < 3, `${median(times)} ms`);
});

test('So is everything else there is to read, the clocks of many zones among it', () => {
  const times = walks(OTHERS);
  assert.ok(median(times) < 1, `${median(times)} ms`);
});
