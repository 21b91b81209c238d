/**
 * The contract of probes. A probe tries one target once. It never rejects, whatever the network or the
 * server does, ends within the target's timeout, and closes all it opened.
 */
import type { Target } from './target.ts';

export type ProbeResult =
  | {
      readonly ok: true;
      readonly elapsedMs: number;
      /** What the target says of its load, if it was asked and says so. */
      readonly load?: number | undefined;
    }
  /** The problem in words: `Connection refused`. */
  | { readonly ok: false; readonly elapsedMs: number; readonly problem: string };

/** Tries a target once. Aborting the signal ends the probe early, with a result of no meaning. */
export type Probe = (target: Target, signal: AbortSignal) => Promise<ProbeResult>;
