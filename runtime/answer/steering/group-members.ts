/**
 * What health says of a plan that may be chosen. Each family of addresses is judged by itself: a plan can be up for A
 * and down for AAAA, and one that has no records of a type is nobody to be sent to for it.
 */
import type { HealthTable } from '../../health/table.ts';
import { lacks, setFor } from '../../plan/answered-types.ts';
import { type Choosing, type LeafPlan, type Plan, type Pool, standInOf } from '../../plan/plan.ts';
import { everyLeaf, planOf } from '../../rpc/plan-fold.ts';
import { isPoolOut, poolHealth, poolShare } from './pool-health.ts';

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

/** Whether it would rather not be served while it is down: it is empty then, or fails, or operators have taken it out. */
export function isReluctant(plan: Plan, health: HealthTable): boolean {
  return everyLeaf(plan, isPoolReluctant, health);
}

/** Whether nothing at all is answered while it is down, not even a failure. */
export function isEmptyWhenDown(plan: Plan, health: HealthTable): boolean {
  return everyLeaf(plan, isPoolEmptyWhenDown, health);
}

/** Whether operators have taken out all that it has for a type, and would not rather have something in its place. */
export function isOutForType(plan: Plan, type: number, health: HealthTable): boolean {
  ASKED.type = type;
  ASKED.health = health;
  ASKED.isAnyOut = false;
  return everyLeaf(plan, isLeafOutForType, ASKED) && ASKED.isAnyOut;
}

/** Which part of what it would get it gets, while operators drain it. */
export function shareOfPlan(plan: Plan, health: HealthTable): number {
  if (!health.arePartial) return 1;
  SHARE.health = health;
  SHARE.most = 0;
  everyLeaf(plan, isShareLess, SHARE);
  return SHARE.most;
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
  if (pool.upWhen !== undefined && poolHealth(pool, health) === 'down') return false;
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
  isAnyOut: boolean;
}

/** Overwritten by each walk, which so allocates nothing. */
const ASKED: Asked = { type: 0, health: undefined, isAnyOut: false };

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

function isPoolReluctant(leaf: LeafPlan, health: HealthTable): boolean {
  if (leaf.kind !== 'pool') return false;
  const { whenDown, alias } = leaf.pool;
  if (whenDown === 'servfail' || isPoolEmptyWhenDown(leaf, health)) return true;
  // It has nothing to answer as if it were up, and cannot deny anything.
  return alias?.isUnresolved === true && whenDown === 'all';
}

function isPoolEmptyWhenDown(leaf: LeafPlan, health: HealthTable): boolean {
  if (leaf.kind !== 'pool') return false;
  const { whenDown } = leaf.pool;
  return whenDown === 'empty' || (whenDown === 'all' && isPoolOut(leaf.pool, health));
}

function isLeafOutForType(leaf: LeafPlan, asked: Asked): boolean {
  const { type, health } = asked;
  if (lacksAlsoWhenDown(leaf, asked)) return true;
  if (leaf.kind !== 'pool' || health === undefined) return false;
  const { whenDown, overridden, sets } = leaf.pool;
  if (whenDown !== 'all') return whenDown === 'empty' || whenDown === 'servfail';
  const slots = overridden && setFor(sets, type)?.slots;
  const isOut = slots?.every((slot) => health.isOut(slot)) === true;
  asked.isAnyOut ||= isOut;
  return isOut;
}

interface Share {
  most: number;
  health: HealthTable | undefined;
}

const SHARE: Share = { most: 0, health: undefined };

/** Notes the share of a leaf; ends the walk at one that gets all. */
function isShareLess(leaf: LeafPlan, into: Share): boolean {
  const { health } = into;
  const share = leaf.kind === 'pool' && health !== undefined ? poolShare(leaf.pool, health) : 1;
  into.most = Math.max(into.most, share);
  return into.most < 1;
}

const NOTHING: Plan = { kind: 'nodata' };
