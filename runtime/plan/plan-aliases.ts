/** Whether a CNAME is among the answers that a plan may yield: at all, or while its pools are up. */
import { everyLeaf } from '../rpc/plan-fold.ts';
import { holdsCname } from './compile-records.ts';
import { type LeafPlan, type Plan, standInOf } from './plan.ts';

export function mayAnswerCname(plan: Plan): boolean {
  return !everyLeaf(plan, isNoAlias, undefined);
}

/** Without what stands in for pools that are down. */
export function mayBeAlias(plan: Plan): boolean {
  return !everyLeaf(plan, isNoAliasItself, undefined);
}

function isNoAlias(leaf: LeafPlan): boolean {
  const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
  return isNoAliasItself(leaf) && (standIn === undefined || everyLeaf(standIn, isNoAlias, undefined));
}

function isNoAliasItself(leaf: LeafPlan): boolean {
  if (leaf.kind === 'pool') return !holdsCname(leaf.pool.sets);
  if (leaf.kind === 'records') return !holdsCname(leaf.sets);
  return leaf.kind !== 'cname';
}
