/** What came of asking a policy, and why its fallback may stand in. */
import type { Plan } from '../plan/plan.ts';
import type { FallbackReason } from '../rpc/fallback.ts';
import type { PlanData, Read } from '../rpc/plan.ts';
import type { WireName } from '../wire/name.ts';
import type { Fact } from './facts/fact.ts';
import type { ServedHost, ServedPolicy } from './zones/served-zone.ts';

/** Why the fallback stands in for a decision. */
export interface FallbackCause {
  readonly reason: FallbackReason;
  readonly message: string;
  /** Positions in the bundled script. */
  readonly stack?: string | undefined;
  /** The policy is not to blame: there was no time or no process to run it. */
  readonly isOurs?: true;
  /** What the policy had read before, where that is known. */
  readonly reads?: readonly Read[];
}

/** What came of asking the sandbox, for the query that waited for it. */
export interface Decision {
  readonly policy: ServedPolicy;
  readonly host: ServedHost;
  readonly name: WireName;
  /** The policy's, or its fallback. */
  readonly plan: Plan;
  /** The policy's plan as it came, for explain. */
  readonly data: PlanData | undefined;
  /** What of the client's address it depends on, of NEEDS in fact.ts. */
  readonly needs: number;
  /** What its policy has read, in order, as far as that is known: all that it depends on beside `needs`. */
  readonly facts: readonly (Fact | undefined)[];
  readonly cause: FallbackCause | undefined;
  /** Whether it rests on what is no fact, as `Math.random` and `Date`: the policy may decide otherwise the next time. */
  readonly isImpure: boolean;
  /** What the policy read, or had read when it failed; empty where that is not known. */
  readonly reads: readonly Read[];
  readonly micros: number | undefined;
}
