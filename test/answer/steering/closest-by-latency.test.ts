/** `closestByLatency`: the least latency of the most exact row, with a scope as exact as what was matched; else the distance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies, LatencyTable } from '../../../runtime/geo/latency/latency-table.ts';
import { readLatencies } from '../../../runtime/geo/latency/read-latencies.ts';
import { NOWHERE } from '../../../runtime/geo/layers.ts';
import type { GeoSource, Location } from '../../../runtime/geo/location.ts';
import { withOverrides } from '../../../runtime/geo/overrides.ts';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PoolData } from '../../../runtime/rpc/plan.ts';
import { closestByLatency, World } from '../world.ts';

const check = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  fra: { records: { A: ['192.0.2.1'] }, at: [50.1, 8.7], check },
  iad: { records: { A: ['192.0.2.2'] }, at: [38.9, -77.4], check },
  odd: { records: { A: ['192.0.2.3'] } },
};
const [FRA, IAD, ODD] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const PLACES: Readonly<Record<string, Location>> = {
  '10.0.0.0/8': { country: 'DE', asn: 64496, latitude: 52, longitude: 13 },
  '11.0.0.0/8': { country: 'US', asn: 64497, latitude: 40, longitude: -74 },
  '12.0.0.0/8': { country: 'FR', asn: 64497, latitude: 48, longitude: 2 },
};
const RUM = `network,fra,iad
10.1.0.0/16,90,20
10.1.2.0/24,5,20
10.2.0.0/16,,
DE/AS64496,80,70
AS64497,30,60
FR,1,99
US,1,99
`;

function worldOf(rum: string): { readonly world: World; readonly latencies: Latencies } {
  const latencies = new Latencies();
  const source: GeoSource = { ...withOverrides(NOWHERE, PLACES), latencies };
  const world = new World(POOLS, undefined, source);
  use(latencies, rum);
  return { world, latencies };
}

function use(latencies: Latencies, rum: string): void {
  const read = readLatencies(Buffer.from(rum));
  latencies.table = read.ok ? new LatencyTable(read.value) : assert.fail(JSON.stringify(read.problem));
}

const PLAN = closestByLatency('fra', 'iad');

test('The most exact row decides, and the scope ends where another row begins', () => {
  const { world } = worldOf(RUM);
  const asked = (from: string): [string, number] => [world.answer(PLAN, { from }), world.facts.scope];
  assert.deepEqual(asked('10.1.9.1'), [IAD, 21], 'its /16, but for a /24 in it');
  assert.deepEqual(asked('10.1.2.1'), [FRA, 24]);
  // Its row has no values: the next row is that of country and system.
  assert.deepEqual(asked('10.2.0.1'), [IAD, 16]);
  assert.deepEqual(asked('10.200.0.1'), [IAD, 9]);
  assert.deepEqual(asked('12.0.0.1'), [FRA, 8], 'of its system, which goes before its country');
});

test('Without networks in the table, the scope is that of the place', () => {
  const { world } = worldOf('network,fra,iad\nDE,90,10\n');
  assert.equal(world.answer(PLAN, { from: '10.1.2.1' }), IAD);
  assert.equal(world.facts.scope, 8);
});

test('Where nothing is known of client or pools, it is the nearest', () => {
  const { world, latencies } = worldOf('network,sin\n10.0.0.0/8,1\n');
  assert.equal(world.answer(PLAN, { from: '10.1.2.1' }), FRA);
  assert.equal(world.answer(PLAN, { from: '11.1.2.1' }), IAD);
  latencies.table = undefined;
  assert.equal(world.answer(PLAN, { from: '11.1.2.1' }), IAD);
  assert.equal(world.answer(closestByLatency('odd', 'iad'), { from: '11.1.2.1' }), IAD);
  assert.equal(world.answer(closestByLatency('odd'), { from: '11.1.2.1' }), ODD);
});

test('What is down, or was not measured, comes behind; another table counts at once', () => {
  const { world, latencies } = worldOf(RUM);
  world.down(IAD);
  assert.equal(world.answer(PLAN, { from: '10.1.9.1' }), FRA);
  assert.equal(world.answer(closestByLatency('odd', 'fra'), { from: '10.1.9.1' }), FRA);
  use(latencies, 'network,iad,odd\n10.1.0.0/16,1,2\n');
  assert.equal(world.answer(closestByLatency('fra', 'odd'), { from: '10.1.9.1' }), ODD);
});

test('An explanation says the latency, or that there is none', () => {
  const { world } = worldOf(RUM);
  const told = (from: string): string[] => {
    const steps: SteeringStep[] = [];
    world.answer(PLAN, { from, steps });
    return steps.map(({ subject, verdict, why }) => `${subject} ${verdict}: ${why}`);
  };
  assert.deepEqual(told('10.1.9.1'), [
    'fra kept: health: up, latency 90 ms from there',
    'iad chosen: health: up, latency 20 ms from there',
  ]);
  assert.match(told('192.168.0.1').join(), /fra chosen: health: up, latency not known, distance not known/);
});
