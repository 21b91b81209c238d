/** Outcomes of a trial. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Manifest } from '../plan/manifest.ts';
import type { ManifestData } from '../rpc/plan.ts';

/** What the handlers of a policy decided for the sample clients, by the key of their host. */
export type SampleDecisions = ReadonlyMap<string, SampleDecision>;

export interface SampleDecision {
  /** The types of all answers that the decisions could yield. */
  readonly types: readonly number[];
  /** Whether a decision rests on `query.name`. */
  readonly readsName: boolean;
}

/** What the records of a pool follow. */
export interface PoolTargets {
  /** The name whose addresses it answers with. */
  readonly alias?: string;
  /** Ids of targets and of combinations of targets, each once. */
  readonly targets: readonly string[];
  /** How much of it has to be up: the weight of each target, in this order. */
  readonly upWhen?: { readonly percent: number; readonly weights: readonly number[] };
}

/** An accepted manifest: as it came from the sandbox, for the answer processes, and as read. */
export interface Accepted {
  readonly data: ManifestData;
  readonly manifest: Manifest;
  readonly poolTargets: ReadonlyMap<string, PoolTargets>;
  /** Processor milliseconds of the load, if that is more than others can wait (runner/load-weight.ts). */
  readonly loadMs?: number | undefined;
  /** Of hosts that handlers decide. */
  readonly decisions: SampleDecisions;
}

export type Trial =
  | { readonly kind: 'passed'; readonly accepted: Accepted; readonly diagnostics: readonly Diagnostic[] }
  /** The policy loads, but not every sample client got an answer. */
  | {
      readonly kind: 'failed';
      readonly accepted: Accepted;
      readonly diagnostics: readonly Diagnostic[];
      /** Why the sandbox had to stop every host that decides, if it had to: such a version must not run again. */
      readonly stopped: string | undefined;
      /** Hosts that the sandbox had to stop while others decided, by key with the reason: they must not run again. */
      readonly stoppedHosts: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** How often a policy is tried, by the cause of the loss of its sandbox. */
export const MOST_ROUNDS = { policy: 2, others: 4 } as const;

/** One round of a trial, which may have to be repeated. */
export interface TrialRound {
  readonly trial: Trial;
  /** Whose fault it seems that the sandbox ended, or got no processor, before the trial was over. */
  readonly lost: keyof typeof MOST_ROUNDS | undefined;
}
