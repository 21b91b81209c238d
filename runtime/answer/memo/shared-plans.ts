/**
 * The plans that the decisions of one policy have come to. A policy comes to few, for many countries: each is kept once,
 * and takes memory once, for as long as a decision has it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../../plan/plan.ts';
import { planOctets, SHARED_PLAN } from './memo-octets.ts';

/** Plans with which a new one is compared: to look through all would cost a policy more that never says the same. */
const MOST_COMPARED = 4;

interface SharedPlan {
  readonly plan: Plan;
  readonly octets: number;
  decisions: number;
}

export class SharedPlans {
  readonly #plans = new Map<Plan, SharedPlan>();
  /** The latest first. */
  #recent: SharedPlan[] = [];
  /** What all plans take. */
  octets = 0;

  /** The plan to keep for a decision: this one, or one that says the same. */
  take(plan: Plan): Plan {
    const shared = this.#plans.get(plan) ?? this.#equal(plan) ?? this.#add(plan);
    shared.decisions += 1;
    return shared.plan;
  }

  /** A decision that had this plan is forgotten. */
  leave(plan: Plan): void {
    const shared = this.#plans.get(plan);
    if (shared === undefined) return;
    shared.decisions -= 1;
    if (shared.decisions > 0) return;
    this.#plans.delete(plan);
    this.#recent = this.#recent.filter((one) => one !== shared);
    this.octets -= shared.octets;
  }

  clear(): void {
    this.#plans.clear();
    this.#recent = [];
    this.octets = 0;
  }

  #equal(plan: Plan): SharedPlan | undefined {
    return this.#recent.find((shared) => isDeepStrictEqual(shared.plan, plan));
  }

  #add(plan: Plan): SharedPlan {
    const shared = { plan, octets: SHARED_PLAN + planOctets(plan), decisions: 0 };
    this.#plans.set(plan, shared);
    this.#recent = [shared, ...this.#recent].slice(0, MOST_COMPARED);
    this.octets += shared.octets;
    return shared;
  }
}
