/** The requests a sandbox takes, runs and loads, and their outcomes. */
import type { FallbackReason } from '../rpc/fallback.ts';
import type { Impurity, Read } from '../rpc/plan.ts';
import type { FactsData } from '../rpc/sandbox-protocol.ts';
import type { Script } from '../rpc/script.ts';
import type { Charges } from './charges.ts';

export interface LoadLimits {
  readonly memoryMb: number;
  /** Milliseconds on a processor that the top level may take. */
  readonly timeoutMs: number;
  /** Whether the reply leaves out the manifest: it is known, and parsing it again is not worth the time. */
  readonly withoutManifest?: boolean;
  /** Whether the policy may share its isolate, which it might lose by what others do: only a trial that can be repeated. */
  readonly shares?: boolean;
}

export type LoadOutcome =
  /** `manifest` is unchecked; plan/manifest.ts checks it. */
  | {
      readonly ok: true;
      readonly manifest: unknown;
      /** Microseconds on a processor that loading took, if that is known. */
      readonly micros?: number;
    }
  | {
      readonly ok: false;
      readonly reason: 'throw' | 'timeout' | 'memory' | 'crash' | 'invalid';
      readonly message: string;
      readonly stack?: string;
      /** Set if the policy is not to blame. */
      readonly isOurs?: true;
    };

export interface PolicyVersion {
  /** `example.com@1a2b3c4d` */
  readonly key: string;
  readonly script: Script;
  readonly limits: LoadLimits;
  readonly charges: Charges;
}

/** One query for a policy to decide. */
export interface RunAsk {
  readonly key: string;
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly facts: FactsData;
  readonly budgetMs: number;
  /** When the caller must have its answer (performance.now() milliseconds). */
  readonly deadlineAt: number;
}

export type RunOutcome =
  | {
      readonly ok: true;
      /** The plan is unchecked; plan/compile-plan.ts checks it. */
      readonly plan: unknown;
      readonly reads: readonly Read[];
      readonly impure: readonly Impurity[];
      readonly micros: number;
      /** The same object for all runs that came to this plan by reads of these facts, where there are several. */
      readonly told?: object | undefined;
    }
  | {
      readonly ok: false;
      readonly reason: FallbackReason;
      readonly message: string;
      readonly stack?: string;
      /** What the run had read before, where that is known. */
      readonly reads?: readonly Read[];
      /** Set if the policy is not to blame. */
      readonly isOurs?: true;
    };
