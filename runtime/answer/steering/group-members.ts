/**
 * What health says of a plan that may be chosen. Each family of addresses is judged by itself: a plan can be up for A
 * and down for AAAA, and one that has no records of a type is nobody to be sent to for it.
 */
import type { HealthTable } from '../../health/table.ts';
import { lacks, setFor } from '../../plan/answered-types.ts';
import { type Choosing, type LeafPlan, type Plan, type Pool, standInOf } from '../../plan/plan.ts';
import { everyLeaf, planOf } from '../../rpc/plan-fold.ts';
import { poolHealth } from './pool-health.ts';

/** The member of a choice at an index that exists. */
export function memberAt(plan: Choosing, index: number): Plan {
  const member = plan.of[index];
  return member === undefined ? NOTHING : planOf<Plan>(member);
}

/** Whether it has an answer to the type that is not down. Denials and refusals are answers to every type. */
export function isUpFor(plan: Plan, type: number, health: HealthTable): boolean {
  // Most members are pools, for which a walk would take longer than the look at its records.
  if (plan.kind === 'pool') return isPoolUpFor(plan.pool, type, health);
  ASKED.type = type;
  ASKED.health = health;
  return !everyLeaf(plan, isNotUp, ASKED);
}

/** Whether everything it could serve is down, of whatever type. What health knows nothing of is up. */
export function isDown(plan: Plan, health: HealthTable): boolean {
  if (plan.kind === 'pool') return poolHealth(plan.pool, health) === 'down';
  return everyLeaf(plan, isPoolDown, health);
}

/** Whether it would rather not be served while it is down: it is empty then, or fails. */
export function isReluctant(plan: Plan): boolean {
  return everyLeaf(plan, isPoolReluctant, undefined);
}

/** Whether nothing at all is answered while it is down, not even a failure. */
export function isEmptyWhenDown(plan: Plan): boolean {
  return everyLeaf(plan, isPoolEmptyWhenDown, undefined);
}

/** Whether it may have an answer to the type, also one that stands in for a pool while that is down. */
export function mayAnswer(plan: Plan, type: number): boolean {
  ASKED.type = type;
  return !everyLeaf(plan, lacksAlsoWhenDown, ASKED);
}

/** Records that no check covers are as well as the pool that they belong to. */
function isPoolUpFor(pool: Pool, type: number, health: HealthTable): boolean {
  const set = setFor(pool.sets, type);
  if (set === undefined) return false;
  if (health.areAllUp) return true;
  let isChecked = false;
  for (const slot of set.slots) {
    if (slot < 0) continue;
    if (health.isUp(slot)) return true;
    isChecked = true;
  }
  return !isChecked && poolHealth(pool, health) !== 'down';
}

interface Asked {
  type: number;
  health: HealthTable | undefined;
}

/** Overwritten by each walk, which so allocates nothing. */
const ASKED: Asked = { type: 0, health: undefined };

function isNotUp(leaf: LeafPlan, { type, health }: Asked): boolean {
  if (leaf.kind === 'pool') return health === undefined || !isPoolUpFor(leaf.pool, type, health);
  return lacks(leaf, type);
}

function isPoolDown(leaf: LeafPlan, health: HealthTable): boolean {
  return leaf.kind === 'pool' && poolHealth(leaf.pool, health) === 'down';
}

function lacksAlsoWhenDown(leaf: LeafPlan, asked: Asked): boolean {
  if (!lacks(leaf, asked.type)) return false;
  const standIn = leaf.kind === 'pool' ? standInOf(leaf.pool) : undefined;
  return standIn === undefined || everyLeaf(standIn, lacksAlsoWhenDown, asked);
}

function isPoolReluctant(leaf: LeafPlan): boolean {
  return leaf.kind === 'pool' && (leaf.pool.whenDown === 'empty' || leaf.pool.whenDown === 'servfail');
}

function isPoolEmptyWhenDown(leaf: LeafPlan): boolean {
  return leaf.kind === 'pool' && leaf.pool.whenDown === 'empty';
}

const NOTHING: Plan = { kind: 'nodata' };
