/** What operators ask of announcements, and what comes of it. */
import type { AnnounceStatus } from './announce-status.ts';

export type AnnounceAsk =
  | { readonly do: 'drain'; readonly owner: string; readonly reason?: string; readonly forMs?: number }
  | { readonly do: 'undrain'; readonly owner: string };

export interface AnnounceReply {
  readonly announce: AnnounceStatus;
  readonly warnings: readonly string[];
}

export type AnnounceOutcome =
  | ({ readonly kind: 'done' } & AnnounceReply)
  /** `idle`: no prefixes are set. `unknown`: nothing is drained. */
  | { readonly kind: 'idle' | 'unknown' | 'not-now'; readonly why: string };
