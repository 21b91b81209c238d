/** Whether a CNAME is among the answers that a plan may yield. */
import { everyLeaf } from '../rpc/plan-fold.ts';
import { holdsCname } from './compile-records.ts';
import type { LeafPlan, Plan } from './plan.ts';

export function mayAnswerCname(plan: Plan): boolean {
  return !everyLeaf(plan, isNoAlias, undefined);
}

function isNoAlias(leaf: LeafPlan): boolean {
  if (leaf.kind === 'pool') return !holdsCname(leaf.pool.sets);
  if (leaf.kind === 'records') return !holdsCname(leaf.sets);
  return leaf.kind !== 'cname';
}
