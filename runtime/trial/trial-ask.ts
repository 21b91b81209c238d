/** What is tried, and what comes of it. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { CheckTiming } from '../health/target.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { ManifestData } from '../rpc/plan.ts';
import type { Sandbox } from '../runner/sandbox.ts';

/** Limits on policies, and values for those that say none. Times in milliseconds, TTL in seconds, memory in MB. */
export interface PolicySettings {
  readonly ttl: number;
  readonly budget: number;
  readonly deadline: number;
  readonly maxBudget: number;
  readonly maxDeadline: number;
  /** On a processor. */
  readonly topLevel: number;
  readonly memory: number;
  /** For health checks that do not say. */
  readonly checkTiming: CheckTiming;
  /** Most of all zones together. */
  readonly probesPerSecond: number;
}

export interface TrialAsk {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** As the operator knows it. */
  readonly file: string;
  /** Names the version within the sandbox. */
  readonly key: string;
  readonly script: string;
  readonly sourceMap: string;
  readonly settings: PolicySettings;
}

/** A manifest as it came, for the answer processes, and as read. */
export interface Accepted {
  readonly data: ManifestData;
  readonly manifest: Manifest;
  /** Pool → the ids of its targets. */
  readonly poolTargets: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds on a processor that loading took, where that is more than others can wait (load-weight.ts). */
  readonly loadMs?: number | undefined;
}

export type Trial =
  | { readonly kind: 'passed'; readonly accepted: Accepted; readonly diagnostics: readonly Diagnostic[] }
  /** It loads, but not every sample client got an answer. */
  | {
      readonly kind: 'failed';
      readonly accepted: Accepted;
      readonly diagnostics: readonly Diagnostic[];
      /** Why the sandbox had to stop it, if it had to: such a version is not to be run again. */
      readonly stopped: string | undefined;
    }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

export type TrialSandbox = Pick<Sandbox, 'load' | 'run' | 'drop'>;

/** By who lost the sandbox. */
export const MOST_ATTEMPTS = { policy: 2, others: 4 } as const;

/** One of a few. */
export interface Attempt {
  readonly trial: Trial;
  /** The sandbox ended before the trial did, or was given no processor: because of the policy, as it seems, or not. */
  readonly lost: keyof typeof MOST_ATTEMPTS | undefined;
}
