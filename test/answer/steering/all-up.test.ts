/** Steering takes a short way while nothing at all is down: it leads where the long one does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import {
  firstHealthy,
  nearest,
  pool,
  rotate,
  seededRandom,
  sticky,
  take,
  World,
  weighted,
} from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  both: { records: { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] }, check: TCP, at: [39, -77.5] },
  four: { records: { A: ['198.51.100.1'] }, check: TCP, at: [50.1, 8.7] },
  six: { records: { AAAA: ['2001:db8::2'] }, check: TCP, at: [-33.9, 151.2], whenDown: 'empty' },
  mail: { records: { A: ['192.0.2.60'], MX: ['10 mail.example.net'] }, at: [0, 0] },
  cdn: { records: { CNAME: ['cdn.example.net'] }, at: [1, 1] },
  elsewhere: { records: { A: ['203.0.113.1'] }, check: TCP },
};

const named = fc.constantFrom('both', 'four', 'six', 'mail', 'cdn');
const members = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 4 });
const shares = (of: fc.Arbitrary<PlanData>) => members(fc.tuple(fc.nat(3), of));
const { plan } = fc.letrec<{ plan: PlanData; leaf: PlanData }>((tie) => ({
  leaf: fc.oneof(
    { weight: 5, arbitrary: named.map(pool) },
    fc.constantFrom<PlanData>(
      { kind: 'records', records: { AAAA: ['2001:db8::9'] } },
      { kind: 'cname', target: 'other.example.net' },
      { kind: 'nodata' },
      { kind: 'refuse' },
    ),
  ),
  plan: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('leaf'),
    members(tie('plan')).map((of) => firstHealthy(...of)),
    members(named).map((of) => nearest(...of)),
    shares(tie('plan')).map(weighted),
    shares(tie('plan')).map(sticky),
    tie('plan').map((of) => take(of, 1)),
    tie('plan').map((of) => rotate(of)),
    members(tie('plan')).map((of): PlanData => ({ kind: 'firstHealthy', of, family: 'together' })),
  ),
}));

test('What is down elsewhere changes nothing of a choice', () => {
  const asked = fc.record({
    type: fc.constantFrom('A', 'AAAA', 'MX', 'TXT', 'HTTPS'),
    from: fc.constantFrom('198.51.100.77', '192.0.2.10', '2001:db8:a::1', '127.0.0.1'),
  });
  fc.assert(
    fc.property(plan, asked, fc.integer(), (data, { type, from }, seed) => {
      const [short, long] = [[], ['203.0.113.1']].map((down) => {
        const steps: SteeringStep[] = [];
        const world = new World(POOLS, seededRandom(seed)).down(...down);
        const answers = [world.answer(data, { type, from, steps }), world.answer(data, { type, from })];
        return { answers, steps, scope: world.facts.scope, areAllUp: world.health.areAllUp };
      });
      assert.deepEqual({ ...short, areAllUp: false }, { ...long, areAllUp: false });
      assert.deepEqual([short?.areAllUp, long?.areAllUp], [true, false]);
    }),
  );
});
