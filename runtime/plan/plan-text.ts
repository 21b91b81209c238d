/** Plans in a few words, for operators: `firstHealthy(us, weighted(95 eu, 5 ap))`, `A 192.0.2.10`. */
import type { PlanData } from '../rpc/plan.ts';
import { fold } from '../rpc/plan-fold.ts';
import type { Plan } from './plan.ts';
import { holderKind, leafKind } from './plan-kinds.ts';
import { SHOWN } from './text.ts';

/** A compiled plan as text, cut if it is long. */
export function planText(plan: Plan): string {
  const text = fold<Plan, string>(
    plan,
    (leaf) => leafKind(leaf).text(leaf),
    (holder, inside) => holderKind(holder).text(holder, inside),
  );
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** A plan's data as text, as its author would have written it. */
export function dataText(data: PlanData): string {
  return fold<PlanData, string>(
    data,
    (leaf) => leafKind(leaf).dataText(leaf),
    (holder, inside) => holderKind(holder).text(holder, inside),
  );
}
