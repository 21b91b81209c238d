/** How short the answers of a plan may live, so that no denial outlives the answer that it stands in for. */
import { everyLeaf } from '../rpc/plan-fold.ts';
import { isAddressType, RRTYPE } from '../wire/iana/rrtype.ts';
import { type LeafPlan, type Plan, type RecordSet, standInOf } from './plan.ts';
import type { PlanContext } from './plan-reader.ts';

/** No type that anybody asks for. */
const EVERY_TYPE = 0;
/** No TTL. */
const NONE = -1;

/**
 * Seconds: the least TTL of the answers that a plan could give to a type, or to any. Infinite if there are none: what is
 * denied then is denied for good.
 */
export function leastTtlIn(plan: Plan, type: number | undefined): number {
  return walk(plan, type ?? EVERY_TYPE, NONE);
}

/** The same of all answers whose TTL somebody has stated: that of the settings, which stands in where nobody did, says nothing. */
export function leastStatedTtlIn(plan: Plan, context: PlanContext): number {
  return walk(plan, EVERY_TYPE, unstatedIn(context));
}

/** The least TTL that a policy states for whatever a handler of its may answer: its own, and those of its pools. */
export function leastStatedTtlOf(context: PlanContext): number {
  const unstated = unstatedIn(context);
  let least = context.ttl === unstated ? Number.POSITIVE_INFINITY : context.ttl;
  for (const pool of context.pools.values())
    least = Math.min(least, walk({ kind: 'pool', pool }, EVERY_TYPE, unstated));
  return least;
}

function unstatedIn({ ttl, statesTtl }: PlanContext): number {
  return statesTtl === true ? NONE : ttl;
}

function walk(plan: Plan, type: number, unstated: number): number {
  WALK.type = type;
  WALK.unstated = unstated;
  WALK.least = Number.POSITIVE_INFINITY;
  everyLeaf(plan, look, WALK);
  return WALK.least;
}

interface Walk {
  type: number;
  unstated: number;
  least: number;
}

/** Written over by each walk, which so allocates nothing. */
const WALK: Walk = { type: 0, unstated: 0, least: 0 };

function look(leaf: LeafPlan, into: Walk): true {
  if (leaf.kind === 'cname') note(leaf.ttl, into);
  else if (leaf.kind === 'records') noteSets(leaf.sets, undefined, into);
  if (leaf.kind !== 'pool') return true;
  noteSets(leaf.pool.sets, leaf.pool.ttl === undefined ? leaf.ttl : undefined, into);
  const { alias } = leaf.pool;
  // The target may get an address of a family that it has none of.
  if (alias !== undefined && (into.type === EVERY_TYPE || isAddressType(into.type)))
    note(leaf.pool.ttl === undefined ? (leaf.ttl ?? alias.ttl) : alias.ttl, into);
  const standIn = standInOf(leaf.pool);
  if (standIn !== undefined) everyLeaf(standIn, look, into);
  return true;
}

/** `ttl` is that of the plan around a pool. */
function noteSets(sets: readonly RecordSet[], ttl: number | undefined, into: Walk): void {
  for (const set of sets) if (canAnswer(set, into.type)) note(ttl ?? set.ttl, into);
}

/** RFC 1034 §3.6.2: a CNAME answers every type. */
function canAnswer(set: RecordSet, type: number): boolean {
  return type === EVERY_TYPE || set.type === type || set.type === RRTYPE.CNAME;
}

function note(ttl: number, into: Walk): void {
  if (ttl !== into.unstated && ttl < into.least) into.least = ttl;
}
