/**
 * What is known of health beyond the probes that are made now: for each owner, the last state of what was probed.
 * A check whose timing is edited goes on from it, and so does a server that begins anew (control/health-file.ts).
 */
import type { TargetState } from './target.ts';

export interface HealthVerdict {
  readonly state: Exclude<TargetState, 'unknown'>;
  /** When the target entered this state, and when it was last seen in it; in milliseconds since 1970. */
  readonly since: number;
  readonly at: number;
  /** Whether an earlier server saw it: then the first result of this one decides. */
  readonly isFromBefore?: boolean;
}

/** One verdict, as it is kept. */
export interface KeptVerdict extends HealthVerdict {
  readonly owner: string;
  /** What was probed (target-id.ts). */
  readonly probed: string;
}

/** Milliseconds after which a verdict says nothing any more. */
const MOST_AGE_MS = 600_000;

export class HealthMemory {
  /** By owner and by what was probed. */
  readonly #verdicts = new Map<string, Map<string, HealthVerdict>>();

  /** The verdict of an owner's target, unless it is too old. */
  recall(owner: string, probed: string, now: number): HealthVerdict | undefined {
    const verdict = this.#verdicts.get(owner)?.get(probed);
    return verdict !== undefined && isFresh(verdict, now) ? verdict : undefined;
  }

  note(owner: string, probed: string, verdict: HealthVerdict): void {
    const known = this.#verdicts.get(owner);
    if (known === undefined) this.#verdicts.set(owner, new Map([[probed, verdict]]));
    else known.set(probed, verdict);
  }

  /** Takes over what an earlier server knew. */
  inherit(verdicts: readonly KeptVerdict[]): void {
    for (const { owner, probed, ...verdict } of verdicts)
      this.note(owner, probed, { ...verdict, isFromBefore: true });
  }

  /** All that still says something; the rest is forgotten. */
  kept(now: number): KeptVerdict[] {
    const kept: KeptVerdict[] = [];
    for (const [owner, verdicts] of this.#verdicts) {
      for (const [probed, verdict] of verdicts) {
        if (isFresh(verdict, now)) kept.push({ owner, probed, ...verdict });
        else verdicts.delete(probed);
      }
      if (verdicts.size === 0) this.#verdicts.delete(owner);
    }
    return kept;
  }
}

/** A clock that was set back makes a verdict look as if it came from the future: that says nothing, either. */
function isFresh({ at }: HealthVerdict, now: number): boolean {
  return Math.abs(now - at) <= MOST_AGE_MS;
}
