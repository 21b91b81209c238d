/** How short the answers of a plan may live, so that no denial outlives the answer that it stands in for. */
import { everyLeaf } from '../rpc/plan-fold.ts';
import type { LeafPlan, Plan } from './plan.ts';

/** Seconds; `ttl` is the policy's, for leaves that say nothing. A plan that answers nothing sets no limit. */
export function leastTtlIn(plan: Plan, ttl: number): number {
  let least = Number.POSITIVE_INFINITY;
  const ofLeaf = (leaf: LeafPlan): true => {
    if (leaf.kind === 'records') for (const set of leaf.sets) least = Math.min(least, set.ttl);
    if (leaf.kind === 'cname' || leaf.kind === 'pool') least = Math.min(least, leaf.ttl ?? ttl);
    return true;
  };
  everyLeaf(plan, ofLeaf, undefined);
  return least;
}
