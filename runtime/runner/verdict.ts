/**
 * What is to become of a sandbox that has not replied, from what is known of it (evidence.ts), and
 * of nothing else:
 *
 *     it computed      its budget      + GRACE                     + KILL
 *     ──┬──────────────────┬──────────────┬───────────────────────────┬──────────▶ its own time on a processor
 *       │  it runs         │ isolated-vm  │ its caller is told,       │ the process is killed,
 *       │                  │ stops it     │ the policy has offended   │ the policy is charged
 *
 *     it computed nothing for LOST (if it was stopped, STOPPED) of the time in which its host was well ──▶ replaced,
 *     and nobody is blamed
 *
 * So neither a host that stalls, nor a machine that is busy, nor a person who stops a process makes a policy guilty.
 * A policy that has just offended gets no such benefit of the doubt as to how long its callers wait: the clock on the wall
 * says when they have their answer.
 */

/** What is known of the sandbox since its oldest request became that; milliseconds. */
export interface Evidence {
  readonly allowanceMs: number;
  /** If V8 can stop it, it has by then; no less than the allowance. */
  readonly stopMs: number;
  /** What it had computed by a moment after which its pipe was read and held no reply. */
  readonly usedMs: number;
  /** What it has computed by now, if no reply is on its way. */
  readonly seenMs: number;
  /** How long no reply came while the host was well. */
  readonly waitedMs: number;
  /** The same, since it was last seen to have computed for a request. */
  readonly idleMs: number;
  /** It was stopped (SIGSTOP, a debugger), as the system says. */
  readonly isStopped: boolean;
}

/** What the verdict makes of it. */
export interface Circumstances {
  /** The policy has offended a short while ago. */
  readonly isSuspect: boolean;
  /** Another process is ready to take over, or never will be before this one is gone. */
  readonly hasSuccessor: boolean;
  /** Other policies' queries wait for it to end. */
  readonly othersWait: boolean;
}

export type Verdict =
  /** Look again after so many milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Tell its caller, blame nobody, and look again. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Tell its caller: the policy has offended. Look again. */
  | { readonly kind: 'over'; readonly ms: number }
  /** It will not end by itself: the policy is charged. */
  | { readonly kind: 'kill' }
  /** It is of no use, and nobody is to blame. */
  | { readonly kind: 'replace' };

/**
 * The sandbox's own timeout and its report come first, where they come at all. Replies of one policy share a
 * frame, for a millisecond and one more run (sandbox/limits.ts).
 */
export const GRACE_MS = 2;
/** The log has named it before, with the place in its file: what matters now is that its callers do not wait. */
const SUSPECT_GRACE_MS = 0.25;
/** With the grace, some ten milliseconds over the budget. */
export const KILL_MS = 7.5;
/** While others wait behind it: what V8 has not stopped by then it hardly ever does, and a successor is ready. */
const KILL_FOR_OTHERS_MS = 3;
/** Where no successor is: V8 may stop it after all. */
export const KILL_WITHOUT_SUCCESSOR_MS = 250;
/** A process that is let compute at all computes within that, or has ended. */
export const LOST_MS = 1000;
/** One that was stopped will not, unless it is let go on at once. */
export const STOPPED_MS = 100;
/** One that is let compute so little, or says again and again that it works for itself, is of no use. */
const USELESS_MS = 5000;
const CHECK_MS = 1;
/** A process that waits for a processor is looked at less often, so that there is one for it. */
const STARVED_CHECK_MS = 4;
/** Between two looks, so that a process which does nothing at all is noticed whatever its budget. */
const LONGEST_WAIT_MS = 50;
const IDLE_WAIT_MS = 10;

/** Judges the sandbox by its oldest request. */
export function verdictOf(evidence: Evidence, circumstances: Circumstances): Verdict {
  const { allowanceMs, stopMs, usedMs, seenMs, waitedMs, idleMs, isStopped } = evidence;
  const over = allowanceMs + GRACE_MS;
  const most = stopMs + GRACE_MS + mercyMs(circumstances);
  if (usedMs >= most) return { kind: 'kill' };
  if (idleMs >= (isStopped ? STOPPED_MS : LOST_MS) || waitedMs >= over + USELESS_MS)
    return { kind: 'replace' };
  if (usedMs >= over) return { kind: 'over', ms: seenMs >= most ? 0 : CHECK_MS };
  const ms =
    seenMs >= over
      ? 0
      : Math.min(idleMs > 0 ? IDLE_WAIT_MS : LONGEST_WAIT_MS, Math.max(STARVED_CHECK_MS, over - seenMs));
  if (!circumstances.isSuspect) return { kind: 'wait', ms };
  const late = allowanceMs + SUSPECT_GRACE_MS - waitedMs;
  return late <= 0 ? { kind: 'late', ms } : { kind: 'wait', ms: Math.min(ms, late) };
}

function mercyMs({ hasSuccessor, othersWait }: Circumstances): number {
  if (!hasSuccessor) return KILL_WITHOUT_SUCCESSOR_MS;
  return othersWait ? KILL_FOR_OTHERS_MS : KILL_MS;
}
