/** Recorded traffic with a pool down: what moves where, what gets nothing, and which pool would get more than it declares. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WhatIf } from '../../runtime/replay/what-if.ts';
import type { RecordedLine } from '../../runtime/rpc/recorded-line.ts';
import { HEADER, recorded } from './recorded.ts';
import { PlayedSide } from './side.ts';

const check = { type: 'tcp', port: 80 } as const;
const POOLS = {
  fra: { records: { A: ['192.0.2.1'] }, check },
  iad: { records: { A: ['198.51.100.1'] }, check, capacity: 20 },
  sin: { records: { A: ['203.0.113.1'] }, check, whenDown: 'empty' as const },
};
const SHOP = { zone: 'shop.example', policy: { pools: POOLS, hosts: { www: null, one: null } } };
const pool = (name: string) => ({ kind: 'pool', pool: name });
/** Europe to fra, or else to iad; Asia to sin and nowhere else; the rest to iad. */
const script: PlayedSide['sandbox']['script'] = (read) => {
  const continent = read('client.continent');
  if (continent === 'AS') return pool('sin');
  return continent === 'EU' ? { kind: 'firstHealthy', of: [pool('fra'), pool('iad')] } : pool('iad');
};

async function whatIf(lines: readonly RecordedLine[], down: readonly string[], sample = 1) {
  const sides = [new PlayedSide([SHOP]), new PlayedSide([SHOP], { down, up: [] })] as const;
  for (const side of sides) side.sandbox.script = script;
  const told = new WhatIf([sides[0].decider, sides[1].decider]);
  told.header({ ...HEADER, dnsteer: 'recording', format: 1, sample }, 'file');
  for (const line of lines) await told.query(line, Date.parse(line.at), 'file', 1);
  const [zone] = told.report.zones;
  return { report: told.report, zone, imagined: sides[1].decider.zones.imagined };
}

const from = (continent: string, second: number) =>
  recorded({
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
    reads: [['client.continent', continent]],
  });
const TRAFFIC = [
  ...Array.from({ length: 12 }, (_, second) => from('EU', second)),
  ...Array.from({ length: 6 }, (_, second) => from('NA', 60 + second)),
  ...Array.from({ length: 2 }, (_, second) => from('AS', second)),
];

test('What a pool had goes to the next one, whose load is held against its capacity', async () => {
  // Of a hundred queries one was recorded: 12 in a minute are 20 a second.
  const { zone } = await whatIf(TRAFFIC, ['fra'], 0.01);
  assert.deepEqual(zone?.moves, [{ from: 'fra', to: 'iad', queries: 12 }]);
  const iad = zone?.pools.find(({ place }) => place === 'iad');
  assert.deepEqual(iad, {
    place: 'iad',
    isPool: true,
    queries: { before: 6, after: 18 },
    peak: { before: 10, after: 20 },
    capacity: 20,
    isOver: false,
  });
  const more = await whatIf([...TRAFFIC, from('EU', 30)], ['shop.example/fra'], 0.01);
  assert.equal(more.zone?.pools.find(({ place }) => place === 'iad')?.isOver, true);
});

test('What gets nothing, and what a pool that is down has to answer, is told', async () => {
  const { zone } = await whatIf(TRAFFIC, ['fra', 'iad', 'sin']);
  assert.deepEqual(zone?.nothing, { before: 0, after: 2 });
  assert.deepEqual(zone?.lastResort, { before: 0, after: 18 });
  assert.deepEqual(zone?.moves, [{ from: 'sin', to: 'nothing', queries: 2 }]);
});

test('What was down stays down on both sides, and names that no pool has are met by none', async () => {
  const down = TRAFFIC.map((line) => ({ ...line, down: ['fra/192.0.2.1'] }));
  const { zone, imagined } = await whatIf(down, ['fra', 'nowhere', 'other.example/iad']);
  assert.deepEqual(zone?.moves, []);
  assert.deepEqual([...imagined.met], ['fra']);
});

test('Lines of which no more is known than that they were are left out', async () => {
  const { report } = await whatIf(
    [recorded({ unreplayable: 'address' }), recorded({ name: 'x.example' })],
    ['fra'],
  );
  assert.deepEqual([report.lines, report.unreplayable, report.gone.lines, report.zones], [2, 1, 1, []]);
});
