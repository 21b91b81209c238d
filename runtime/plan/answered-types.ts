/**
 * Which types a plan has an answer to, up or down. Of the types that nearly all clients ask for, a choice says once and
 * for all whether each of its members has one, so that nobody looks for each query while nothing is down.
 */
import { everyLeaf, planOf } from '../rpc/plan-fold.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { Choosing, LeafPlan, Plan, RecordSet, Weighted } from './plan.ts';

const ADDRESS_TYPES = [RRTYPE.A, RRTYPE.AAAA];

/** The records that answer a type. RFC 1034 §3.6.2: a CNAME answers every type. */
export function setFor(sets: readonly RecordSet[], type: number): RecordSet | undefined {
  for (const set of sets) if (set.type === type || set.type === RRTYPE.CNAME) return set;
  return undefined;
}

/** Whether a plan may have an answer to the type; denials, refusals and aliases are answers to every type. */
export function answers(plan: Plan, type: number): boolean {
  return !everyLeaf(plan, lacks, type);
}

/** Whether a leaf has no answer to the type. */
export function lacks(leaf: LeafPlan, type: number): boolean {
  if (leaf.kind === 'pool') return setFor(leaf.pool.sets, type) === undefined;
  return leaf.kind === 'records' && setFor(leaf.sets, type) === undefined;
}

/** What an alias has an answer to changes with its target. */
function alwaysAnswers(plan: Plan, type: number): boolean {
  return answers(plan, type) && everyLeaf(plan, isNoPoolAlias, undefined);
}

function isNoPoolAlias(leaf: LeafPlan): boolean {
  return leaf.kind !== 'pool' || leaf.pool.alias === undefined;
}

/**
 * The types of addresses that each of a choice's members answers, and whether any of them sheds load: a set of bits, for
 * {@link allAnswer} and {@link anySheds}.
 */
export function commonTypesOf(of: readonly (Plan | Weighted)[]): number {
  let bits = of.some((member) => shedsAlone(planOf(member))) ? SHEDS : 0;
  for (const type of ADDRESS_TYPES)
    if (of.every((member) => alwaysAnswers(planOf(member), type))) bits |= bitOf(type);
  return bits;
}

/** Whether all members of a choice are known to answer a type. */
export function allAnswer({ commonTypes }: Choosing, type: number): boolean {
  return (commonTypes & bitOf(type)) !== 0;
}

/** Whether a member of a choice sheds load to the others. */
export function anySheds({ commonTypes }: Choosing): boolean {
  return (commonTypes & SHEDS) !== 0;
}

/** Whether a plan is a pool that sheds load, and does not say to whom: to the other members of the choice that it is in. */
export function shedsAlone(plan: Plan): plan is Extract<Plan, { isAlone: boolean }> {
  return 'isAlone' in plan && plan.isAlone;
}

const SHEDS = 4;

function bitOf(type: number): number {
  if (type === RRTYPE.A) return 1;
  return type === RRTYPE.AAAA ? 2 : 0;
}
