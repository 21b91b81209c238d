/**
 * A choice by what is measured, where nothing measures any of its pools: it always takes the first that is up, and its author
 * hardly means that. One pool that nothing measures beside others is a last resort.
 */
import { checkKindOf } from '../health/check-kinds.ts';
import { type HealthSubject, probedTargets } from '../health/combination.ts';
import type { Measure } from '../health/values.ts';
import { checkedSlots, type LeafPlan, type Plan } from '../plan/plan.ts';
import { holderKind } from '../plan/plan-kinds.ts';
import { fold, type HolderOf } from '../rpc/plan-fold.ts';

/** The first value that a choice in the plan goes by and nothing measures; `undefined` if there is none. `targets` are by slot. */
export function unmeasuredIn(plan: Plan, targets: readonly HealthSubject[]): Measure | undefined {
  return fold<Plan, Measured>(
    plan,
    (leaf) => ({ all: measuresOf(leaf, targets), lacking: undefined }),
    (holder, inside) => ({ all: inside.flatMap(({ all }) => all), lacking: lackingIn(holder, inside) }),
  ).lacking;
}

/** What is wrong with a plan that holds such a choice; the part says where the plan stands, `hosts.www`. */
export function unmeasuredProblem(part: string, measure: Measure): string {
  const why =
    measure === 'load'
      ? 'Nothing says the load of any of the pools: a check of http or https does that names where it stands (load), or a push'
      : 'Nothing measures the latency of any of the pools: a check that probes does';
  return `${part}: ${why}. The first pool that is up is always taken`;
}

interface Measured {
  /** What is measured of pools inside. */
  readonly all: readonly Measure[];
  readonly lacking: Measure | undefined;
}

function measuresOf(leaf: LeafPlan, targets: readonly HealthSubject[]): Measure[] {
  if (leaf.kind !== 'pool') return [];
  const subjects = [...checkedSlots(leaf.pool)].flatMap((slot) => targets[slot] ?? []);
  return subjects.flatMap(probedTargets).flatMap((target): Measure[] => {
    const kind = checkKindOf(target);
    return [
      ...(kind.isPushed === true ? [] : (['latency'] as const)),
      ...(kind.saysLoad?.(target) === true ? (['load'] as const) : []),
    ];
  });
}

function lackingIn(holder: HolderOf<Plan>, inside: readonly Measured[]): Measure | undefined {
  const { measure } = holderKind(holder);
  const deeper = inside.find(({ lacking }) => lacking !== undefined)?.lacking;
  const isLacking = measure !== undefined && !inside.some(({ all }) => all.includes(measure));
  return isLacking ? measure : deeper;
}
