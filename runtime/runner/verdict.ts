/**
 * What the host does with a sandbox that has not replied, judged by the evidence (evidence.ts) and nothing
 * else:
 *
 *     it computed      its budget      + GRACE                     + KILL
 *     ──┬──────────────────┬──────────────┬───────────────────────────┬──────────▶ processor time
 *       │  it runs         │ isolated-vm  │ its caller has a failure, │ the process is killed,
 *       │                  │ stops it     │ the policy has offended   │ the policy is charged
 *
 *     it computed nothing for LOST (STOPPED if somebody stopped it) while its host was well ──▶ replaced,
 *     and nobody is blamed
 *
 * So neither a host that stalls, nor a busy machine, nor a person who stops a process makes a policy
 * guilty. The callers of a policy that has just offended do not wait for its grace, nor until its pipe was
 * read: they get their answer once the sandbox is seen to have computed the budget.
 */

/** What is known of the sandbox since its oldest request became the oldest; milliseconds. */
export interface Evidence {
  readonly allowanceMs: number;
  /** V8 has stopped the run by then, if it can; no less than the allowance. */
  readonly stopMs: number;
  /** What the sandbox had computed for the request when its pipe was last found to hold no reply. */
  readonly usedMs: number;
  /** What the sandbox has computed for the request by now, if no reply is on its way. */
  readonly seenMs: number;
  /** How long no reply came while the host was well. */
  readonly waitedMs: number;
  /**
   * How long no reply came by the time its pipe was last found to hold none, since the sandbox was last seen to have
   * computed for a request.
   */
  readonly idleMs: number;
  /** Whether somebody stopped the sandbox (SIGSTOP, a debugger), as the system says. */
  readonly isStopped: boolean;
}

/** What else the verdict depends on. */
export interface Circumstances {
  /** Whether the policy has offended a short while ago. */
  readonly isSuspect: boolean;
  /** Whether another process is ready to take over, or none ever will be before this one is gone. */
  readonly hasSuccessor: boolean;
  /** Whether queries of other policies wait for the request to end. */
  readonly othersWait: boolean;
}

export type Verdict =
  /** Look again after so many milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Answer its caller with a failure, blame nobody, and look again. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Answer its caller with a failure: the policy has offended. Look again. */
  | { readonly kind: 'over'; readonly ms: number }
  /** Kill the process: the run will not end by itself, and the policy is charged. */
  | { readonly kind: 'kill' }
  /** Replace the process: it is of no use, and nobody is to blame. */
  | { readonly kind: 'replace' };

/**
 * The host waits so long for the sandbox's own timeout and its report, which come first if they come at
 * all. Replies of one policy share a frame, for a millisecond and one more run (sandbox/limits.ts).
 */
export const GRACE_MS = 2;
/** The grace of a suspect: the log has the place in its file already, and now its callers should not wait. */
const SUSPECT_GRACE_MS = 0.25;
/** With the grace, the process is killed some ten milliseconds over the budget. */
export const KILL_MS = 7.5;
/** Used while others wait and a successor is ready: it takes over at once. */
const KILL_FOR_OTHERS_MS = 3;
/** Used where no successor is ready: V8 may stop the run after all. */
export const KILL_WITHOUT_SUCCESSOR_MS = 250;
/** A process that gets a processor at all computes within that time, or has ended. */
export const LOST_MS = 1000;
/** A process that somebody stopped is replaced after that time, unless it goes on. */
export const STOPPED_MS = 100;
/** A process that waits so long for a processor, or keeps saying that it works for itself, is of no use. */
const USELESS_MS = 5000;
const CHECK_MS = 1;
/** The host looks less often at a process that waits for a processor, so that there is one for it. */
const STARVED_CHECK_MS = 4;
/** The longest time between two looks, so that the host notices an idle process whatever the budget. */
const LONGEST_WAIT_MS = 50;
const IDLE_WAIT_MS = 10;

/** Judges the sandbox by its oldest request. */
export function verdictOf(evidence: Evidence, circumstances: Circumstances): Verdict {
  const { allowanceMs, usedMs, seenMs, waitedMs, idleMs, isStopped } = evidence;
  const over = allowanceMs + GRACE_MS;
  const most = mostMs(evidence, circumstances);
  if (usedMs >= most) return { kind: 'kill' };
  if (idleMs >= (isStopped ? STOPPED_MS : LOST_MS) || waitedMs >= over + USELESS_MS)
    return { kind: 'replace' };
  if (usedMs >= over) return { kind: 'over', ms: seenMs >= most ? 0 : CHECK_MS };
  const ms =
    seenMs >= over
      ? 0
      : Math.min(idleMs > 0 ? IDLE_WAIT_MS : LONGEST_WAIT_MS, Math.max(STARVED_CHECK_MS, over - seenMs));
  if (!circumstances.isSuspect) return { kind: 'wait', ms };
  const late = allowanceMs + SUSPECT_GRACE_MS - seenMs;
  return late <= 0 ? { kind: 'late', ms } : { kind: 'wait', ms: Math.min(ms, late) };
}

/** What a run may compute before its process is killed. */
function mostMs({ allowanceMs, stopMs }: Evidence, { hasSuccessor, othersWait }: Circumstances): number {
  if (!hasSuccessor) return stopMs + GRACE_MS + KILL_WITHOUT_SUCCESSOR_MS;
  // On a busy machine V8 stops runs long after their allowance (channel.ts), and others are not to wait for that.
  return othersWait ? allowanceMs + GRACE_MS + KILL_FOR_OTHERS_MS : stopMs + GRACE_MS + KILL_MS;
}
