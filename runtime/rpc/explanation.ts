/** Why one query got its answer, step by step. answer/explain/explain.ts makes it; the CLI and the admin API show it. */
import type { FallbackReason } from './fallback.ts';
import type { FactValue, PlanData, Read } from './plan.ts';

export interface Explanation {
  readonly name: string;
  readonly type: string;
  /** Facts about the client, known ones only. */
  readonly client: Readonly<Record<string, FactValue>>;
  readonly zone?: string;
  readonly version?: string;
  readonly file?: string;
  /** Names that CNAMEs led to, in order; the last is the one the rest is about. */
  readonly followed: readonly string[];
  /** Where the answer comes from; `none` where no zone, or no policy that works, has one. */
  readonly source: 'static' | 'delegation' | 'policy' | 'fallback' | 'none';
  /** Key in the policy's `hosts` that answers. */
  readonly host?: string;
  readonly fallback?: { readonly reason: FallbackReason; readonly message: string; readonly stack?: string };
  /** What the policy read, in order, with values. */
  readonly reads: readonly Read[];
  readonly plan?: PlanData;
  readonly steering: readonly SteeringStep[];
  readonly rcode: string;
  /** Answer section, presentation form. */
  readonly answer: readonly string[];
  /** Authority section: who else answers, or the SOA of a negative answer. */
  readonly authority: readonly string[];
  readonly ecsScope: number;
  /** Microseconds inside the policy, and in all. */
  readonly policyMicros?: number;
  readonly totalMicros: number;
}

/** One thing steering looked at: `eu` · dropped · `health: down`. */
export interface SteeringStep {
  /** Indentation: how deep in the plan. */
  readonly depth: number;
  readonly subject: string;
  readonly verdict: 'kept' | 'dropped' | 'chosen';
  readonly why: string;
}

export interface ExplainAsk {
  readonly name: string;
  readonly type: string;
  /** Client address or prefix; absent when only `country` is given. */
  readonly from?: string;
  /** Facts that replace what geo data says: `{ country: 'DE' }`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}
