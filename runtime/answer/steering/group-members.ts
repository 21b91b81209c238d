/**
 * What health says of a plan that may be chosen. It is judged by all it could serve, never by the type asked for,
 * so that A and AAAA lead to the same place.
 */
import type { HealthTable } from '../../health/table.ts';
import type { Choosing, LeafPlan, Plan } from '../../plan/plan.ts';
import { everyLeaf, planOf } from '../../rpc/plan-fold.ts';
import { poolHealth } from './pool-health.ts';

/** The member of a choice at an index that exists. */
export function memberAt(plan: Choosing, index: number): Plan {
  const member = plan.of[index];
  return member === undefined ? NOTHING : planOf<Plan>(member);
}

/** Whether everything it could serve is down. What health knows nothing of is up. */
export function isDown(plan: Plan, health: HealthTable): boolean {
  // Most members are pools, for which a walk would take longer than the look at its health.
  if (plan.kind === 'pool') return poolHealth(plan.pool, health) === 'down';
  return everyLeaf(plan, isPoolDown, health);
}

/** Whether it would rather not be served while it is down. */
export function isEmptyWhenDown(plan: Plan): boolean {
  return everyLeaf(plan, isPoolEmptyWhenDown, undefined);
}

function isPoolDown(leaf: LeafPlan, health: HealthTable): boolean {
  return leaf.kind === 'pool' && poolHealth(leaf.pool, health) === 'down';
}

function isPoolEmptyWhenDown(leaf: LeafPlan): boolean {
  return leaf.kind === 'pool' && leaf.pool.whenDown === 'empty';
}

const NOTHING: Plan = { kind: 'nodata' };
