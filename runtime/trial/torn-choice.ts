/**
 * A choice that is to lead A and AAAA to one place (`family: 'together'`), where some places have the one, others the
 * other, and none has both: whichever is chosen, clients of one family get nothing. Where all places lack the same
 * type, or one of them has both, the author may well mean it.
 */
import { setFor } from '../plan/answered-types.ts';
import type { LeafPlan, Plan, RecordSet } from '../plan/plan.ts';
import { fold, type HolderOf } from '../rpc/plan-fold.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';

/** What is wrong with a plan that holds such a choice; the part says where the plan stands, `hosts.www`. */
export function tornProblem(part: string): string {
  return `${part}: None of the choices has both A and AAAA, and with family "together" both are asked of the one that is chosen: one of them is always empty`;
}

/** Whether such a choice is anywhere in the plan. */
export function holdsTornChoice(plan: Plan): boolean {
  return fold<Plan, Reach>(plan, reachOfLeaf, reachOfHolder).isTorn;
}

/** What a plan may answer. */
interface Reach {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly isTorn: boolean;
}

function reachOfLeaf(leaf: LeafPlan): Reach {
  const sets = leaf.kind === 'pool' ? leaf.pool.sets : leaf.kind === 'records' ? leaf.sets : undefined;
  // An alias, a denial and a refusal answer all types.
  return { ipv4: has(sets, RRTYPE.A), ipv6: has(sets, RRTYPE.AAAA), isTorn: false };
}

function has(sets: readonly RecordSet[] | undefined, wanted: number): boolean {
  return sets === undefined || setFor(sets, wanted) !== undefined;
}

function reachOfHolder(plan: HolderOf<Plan>, inside: readonly Reach[]): Reach {
  const [ipv4, ipv6] = [inside.some((one) => one.ipv4), inside.some((one) => one.ipv6)];
  const isTogether = 'together' in plan && plan.together;
  const isApart = ipv4 && ipv6 && !inside.some((one) => one.ipv4 && one.ipv6);
  return { ipv4, ipv6, isTorn: (isTogether && isApart) || inside.some((one) => one.isTorn) };
}
