/** Reading a plan is metered: whatever it says, the work ends at its bound, with what is over it and the sum. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WorkMeter } from '../../runtime/base/loop/work-meter.ts';
import { compilePlan, PLAN_WORK } from '../../runtime/plan/compile-plan.ts';
import type { RecordUnit } from '../../runtime/plan/compile-records.ts';
import type { Plan } from '../../runtime/plan/plan.ts';
import type { PlanContext } from '../../runtime/plan/plan-reader.ts';
import { DEAR_RECORDS, filled } from '../support/dear-plans.ts';
import { name } from '../support/wire.ts';

const CONTEXT: PlanContext = { zone: name('example.com.'), pools: new Map(), ttl: 30, apex: false };
const UNLIMITED = { values: Infinity, characters: Infinity, octets: Infinity };

/** What a plan took, and what it came to. */
function work(data: unknown) {
  const meter = new WorkMeter<RecordUnit>('a test', UNLIMITED);
  const plan = compilePlan(data, CONTEXT, 'hosts.www', meter);
  return { plan, taken: (unit: RecordUnit) => meter.taken(unit) };
}

for (const [title, records] of Object.entries(DEAR_RECORDS)) {
  test(`A plan full of ${title} is refused with the limit and the sum, at little work`, () => {
    const { plan, taken } = work(filled(records));
    assert.ok(!plan.ok);
    const [, sum, unit, , most] =
      /Comes to (\d+) (\w+), (\d+) more than the (\d+) that one plan may have$/.exec(plan.problem) ?? [];
    assert.ok(unit === 'values' || unit === 'characters' || unit === 'octets', plan.problem);
    assert.equal(Number(most), PLAN_WORK[unit]);
    assert.equal(Number(sum), taken(unit));
    assert.ok(taken('values') <= PLAN_WORK.values + 256, 'no more values than of one set');
  });
}

test('The meter is never passed by what is accepted, and holds what there is', () => {
  const value = fc.oneof(fc.constant('192.0.2.1'), fc.ipV4(), fc.constant('nonsense'));
  const texts = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 300 }));
  const leaf = fc.oneof(
    fc.array(value, { maxLength: 300 }).map((A) => ({ kind: 'records', records: { A } })),
    fc.array(texts, { maxLength: 300 }).map((TXT) => ({ kind: 'records', records: { TXT } })),
  );
  const plans = fc.array(leaf, { minLength: 1, maxLength: 8 }).map((of) => ({ kind: 'firstHealthy', of }));
  fc.assert(
    fc.property(plans, (data) => {
      const { plan, taken } = work(data);
      if (!plan.ok) return;
      for (const unit of ['values', 'characters', 'octets'] as const) {
        assert.ok(taken(unit) <= PLAN_WORK[unit]);
      }
      const rdatas = rdatasOf(plan.value);
      assert.equal(
        taken('octets'),
        rdatas.reduce((sum, rdata) => sum + 12 + rdata.length, 0),
      );
      assert.ok(taken('values') >= rdatas.length);
    }),
    { numRuns: 50 },
  );
});

test('Parts of a work add up, and the first limit passed is the one that is told', () => {
  const amounts = fc.array(fc.record({ octets: fc.nat(50), values: fc.nat(50) }), { maxLength: 20 });
  fc.assert(
    fc.property(amounts, (parts) => {
      const whole = new WorkMeter('all', { octets: 100, values: 60 });
      let [octets, values] = [0, 0];
      for (const part of parts) {
        const meter = new WorkMeter('a part', { octets: 1000, values: 1000 });
        meter.take('octets', part.octets);
        meter.take('values', part.values);
        octets += part.octets;
        values += part.values;
        assert.equal(meter.excess, undefined);
        assert.equal(whole.takeAll(meter), octets <= 100 && values <= 60);
        assert.equal(whole.excess === undefined, octets <= 100 && values <= 60);
      }
      assert.deepEqual([whole.taken('octets'), whole.taken('values')], [octets, values]);
    }),
  );
});

function rdatasOf(plan: Plan): Uint8Array[] {
  if (plan.kind === 'records') return plan.sets.flatMap(({ rdatas }) => rdatas);
  return plan.kind === 'firstHealthy' ? plan.of.flatMap(rdatasOf) : [];
}
