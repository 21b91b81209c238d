/** Why one query got its answer, step by step; from answer/explain/explain.ts, for CLI and admin API. */
import type { FallbackReason } from './fallback.ts';
import type { FactValue, PlanData, Read } from './plan.ts';

export interface Explanation {
  readonly name: string;
  readonly type: string;
  /** Known facts about the client. */
  readonly client: Readonly<Record<string, FactValue>>;
  readonly zone?: string;
  readonly version?: string;
  readonly file?: string;
  /** Names that CNAMEs led to, in order; the rest of the explanation is about the last. */
  readonly followed: readonly string[];
  /** Where the answer comes from; `none` if no zone, or no working policy, has one. */
  readonly source: 'static' | 'delegation' | 'policy' | 'fallback' | 'none';
  /** The key in the policy's `hosts` that answers. */
  readonly host?: string;
  readonly fallback?: { readonly reason: FallbackReason; readonly message: string; readonly stack?: string };
  /** The facts that the policy read, in order, with values. */
  readonly reads: readonly Read[];
  readonly plan?: PlanData;
  readonly steering: readonly SteeringStep[];
  readonly rcode: string;
  /** The answer section, in presentation form. */
  readonly answer: readonly string[];
  /** The authority section: NS records of a referral, or the SOA of a negative answer. */
  readonly authority: readonly string[];
  readonly ecsScope: number;
  /** Microseconds inside the policy. */
  readonly policyMicros?: number;
  readonly totalMicros: number;
}

/** One member that steering looked at: `eu` · dropped · `health: down`. */
export interface SteeringStep {
  /** How deep in the plan the member is. */
  readonly depth: number;
  readonly subject: string;
  readonly verdict: 'kept' | 'dropped' | 'chosen';
  readonly why: string;
}

export interface ExplainAsk {
  readonly name: string;
  readonly type: string;
  /** The client's address or prefix; absent if only `country` is given. */
  readonly from?: string;
  /** Facts in place of the geo data: `{ country: 'DE' }`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
