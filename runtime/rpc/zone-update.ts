/** A zone as control sends it to answer processes. */
import type { CheckTiming } from '../health/target.ts';
import type { ManifestData } from './plan.ts';

/** One zone as an answer process needs it. Replaces the zone's earlier version as a whole. */
export interface ZoneUpdate {
  /** Lower case, no final dot: `example.com`. */
  readonly zone: string;
  /** Eight hexadecimal digits of a hash over all that makes the zone. */
  readonly version: string;
  /** Its static records, SOA and NS among them, and where its hosts are (zone/zone-image.ts). */
  readonly image: Uint8Array<ArrayBuffer>;
  readonly policy?: PolicyUpdate;
  /** Why names without static records get SERVFAIL: a policy file is there and none of its versions ever loaded. */
  readonly broken?: string;
  /** Why static names get SERVFAIL: no copy of its primary's zone is fit to be served. A policy's hosts are. */
  readonly withheld?: 'expired' | 'never-transferred';
}

/** A zone on its way. */
export type SentZone = Omit<ZoneUpdate, 'image' | 'policy'> & {
  readonly image: SentOctets;
  readonly policy?: SentPolicy;
};

/** `body` holds the manifest and the script (policy-body.ts). */
export type SentPolicy = Omit<PolicyUpdate, 'manifest' | 'script'> & { readonly body: SentOctets };

/**
 * Octets are part of the message, or in a file, which is not written again, or were sent in pieces before: then
 * this is their id.
 */
export type SentOctets =
  | { readonly base64: string }
  | { readonly file: string }
  | { readonly pieces: number };

export interface PolicyUpdate {
  /** As the operator knows it: `policies/example.com.ts`. */
  readonly file: string;
  readonly script: string;
  readonly manifest: ManifestData;
  /** Milliseconds, the policy's own or the server's default. */
  readonly budgetMs: number;
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** Milliseconds on a processor that its top level may take. */
  readonly topLevelMs: number;
  /** As many that loading took in its trial, if it is dear. No part of the version: it differs each time. */
  readonly loadMs?: number | undefined;
  /** Of checks that do not say theirs. Part of what names a target. */
  readonly checkTiming: CheckTiming;
  /** Fallback only: the version hung or crashed its trial and there was none before it. */
  readonly quarantined?: string;
}
