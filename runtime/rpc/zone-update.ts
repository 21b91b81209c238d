/** A zone as control sends it to answer processes. */
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import type { FailedSigning, SignedElsewhere, ZoneSigning } from './zone-signing.ts';

/** One zone as an answer process needs it. Replaces the zone's earlier version as a whole. */
export interface ZoneUpdate {
  /** Lower case, no final dot: `example.com`. */
  readonly zone: string;
  /** Eight hexadecimal digits of a hash over all parts of the zone. */
  readonly version: string;
  /** The zone's static records, with SOA and NS, and the names of its hosts (zone/zone-image.ts). */
  readonly image: Uint8Array<ArrayBuffer>;
  readonly policy?: PolicyUpdate;
  /** Why names without static records get SERVFAIL: no version of the zone ever loaded. */
  readonly broken?: string;
  /** Of a zone that is broken: its policy is what did not load. */
  readonly lacksPolicy?: true;
  /**
   * Why static names get SERVFAIL; hosts of a policy are served. No copy of the primary's zone may be served; or no
   * version ever loaded, and its records are not sound, or are all made up here.
   */
  readonly withheld?: 'expired' | 'never-transferred' | 'unsound-records' | 'no-records';
  /** The records of a set are answered in another order each time. */
  readonly isCyclic?: true;
  /** How the zone is signed; absent where it is not. */
  readonly signing?: ZoneSigning | FailedSigning | SignedElsewhere;
}

/** A zone as a message has it. */
export type SentZone = Omit<ZoneUpdate, 'image' | 'policy'> & {
  readonly image: SentOctets;
  /** What led to the version (journal/history.ts); it comes some time after the version itself. */
  readonly history?: SentOctets;
  /** The image of the version with its signatures, where control signs it; it comes with the history. */
  readonly signed?: SentOctets;
  readonly policy?: SentPolicy;
};

/** `body` holds the manifest, the numbers of its targets, its lists of networks, and the script (policy-body.ts). */
export type SentPolicy = Omit<PolicyUpdate, 'manifest' | 'targets' | 'lists' | 'script'> & {
  readonly body: SentOctets;
};

/**
 * Octets are part of the message, or in a file that nobody changes, or were sent in pieces before, under
 * this id.
 */
export type SentOctets =
  | { readonly base64: string }
  | { readonly file: string }
  | { readonly pieces: number };

export interface PolicyUpdate {
  /** The file as shown to operators: `policies/example.com.ts`. */
  readonly file: string;
  readonly script: string;
  /** As plan/manifest-octets.ts has it. */
  readonly manifest: Uint8Array<ArrayBuffer>;
  /** The lists of networks that it imports, as facts/network-lists.ts has them; absent where there are none. */
  readonly lists?: Uint8Array<ArrayBuffer>;
  /** The ids of its targets; answer processes know them by numbers (control/fleet/target-numbers.ts). */
  readonly targets: readonly string[];
  /** Budget of a run in milliseconds: the policy's own or the server's default. */
  readonly budgetMs: number;
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** Milliseconds on a processor that the policy's top level may take. */
  readonly topLevelMs: number;
  /** Processor milliseconds of the load in the trial, if dear; no part of the version, as they vary. */
  readonly loadMs?: number | undefined;
  /** What its team may use; binds what its handlers decide. Absent where no manifest does. */
  readonly limits?: readonly ManifestLimits[];
  /** Why only the fallback answers: the version hung or crashed in its trial, with none before it. */
  readonly quarantined?: string;
  /** Hosts for which only the fallback answers, by key with the reason: they hung or crashed in their trial. */
  readonly stoppedHosts?: Readonly<Record<string, string>>;
}
