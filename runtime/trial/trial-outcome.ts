/** What comes of a trial. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { ManifestData } from '../rpc/plan.ts';

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

/** How often a policy is tried, by what lost the sandbox. */
export const MOST_ROUNDS = { policy: 2, others: 4 } as const;

/** A trial, unless it has to be repeated. */
export interface TrialRound {
  readonly trial: Trial;
  /** The sandbox ended before the trial did, or was given no processor: because of the policy, as it seems, or not. */
  readonly lost: keyof typeof MOST_ROUNDS | undefined;
}
