/** One walk for all plans, as data and as compiled: every leaf is met, in its order, however deep it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { everyLeaf, fold, isLeaf, type LeafOf } from '../../runtime/rpc/plan-fold.ts';

const leaf = fc.nat(9).map((pool): PlanData => ({ kind: 'pool', pool: String(pool) }));
const { plan } = fc.letrec<{ plan: PlanData }>((tie) => {
  const several = fc.array(tie('plan'), { minLength: 1, maxLength: 4 });
  return {
    plan: fc.oneof(
      { maxDepth: 4 },
      leaf,
      several.map((of): PlanData => ({ kind: 'firstHealthy', of })),
      several.map(
        (of): PlanData => ({ kind: 'weighted', of: of.map((inner) => ({ weight: 1, plan: inner })) }),
      ),
      tie('plan').map((of): PlanData => ({ kind: 'rotate', of })),
    ),
  };
});

/** The leaves in their order: what JSON shows of them, which knows nothing of plans. */
function leavesOf(data: PlanData): string[] {
  return Array.from(JSON.stringify(data).matchAll(/"pool":"(\d)"/g), ([, name]) => name ?? '');
}

function nameOf(data: LeafOf<PlanData>): string {
  return data.kind === 'pool' ? data.pool : assert.fail(data.kind);
}

test('What leaves come to reaches the outermost plan', () => {
  fc.assert(
    fc.property(plan, (data) => {
      const names = fold<PlanData, string[]>(
        data,
        (one) => [nameOf(one)],
        (_holder, inside) => inside.flat(),
      );
      assert.deepEqual(names, leavesOf(data));
    }),
  );
});

test('Leaves are looked at until one does not pass', () => {
  fc.assert(
    fc.property(plan, fc.nat(9), (data, last) => {
      const seen: string[] = [];
      const passes = everyLeaf<PlanData, string[]>(
        data,
        (one, into) => into.push(nameOf(one)) > 0 && nameOf(one) !== String(last),
        seen,
      );
      const all = leavesOf(data);
      const end = all.indexOf(String(last));
      assert.equal(passes, end === -1);
      assert.deepEqual(seen, end === -1 ? all : all.slice(0, end + 1));
    }),
  );
});

test('A plan that holds another is no leaf', () => {
  fc.assert(fc.property(plan, (data) => assert.equal(isLeaf(data), data.kind === 'pool')));
});
