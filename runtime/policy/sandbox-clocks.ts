/**
 * The clocks of requests to a sandbox: when the oldest is overdue, and what that means.
 *
 *     oldest      a quarter of it    the budget     + GRACE               + KILL
 *     ──┬────────────────┬──────────────┬──────────────┬────────────────────┬──────▶
 *       │  it runs       │ a first      │ isolated-vm  │ if it computes,    │ the process
 *       │                │ look         │ stops it     │ its caller is told │ is killed
 *
 * What counts is whether the process has computed since the first look, where the system tells: on a
 * busy machine, one that waits for a processor must not be taken for one that hangs, nor its policy
 * blamed. Linux brings the figure up to date every few milliseconds only, so the look comes early. A policy
 * that has just offended gets no such benefit of the doubt: its callers are told by the clock on the wall.
 */
import type { Request } from './sandbox-request.ts';

/** The sandbox's own timeout and its report come first, where they come at all. */
const GRACE_MS = 1.25;
/** It has been told of before, with the place in its file: what matters now is that its callers do not wait. */
const SUSPECT_GRACE_MS = 0.25;
/** A process that has had a processor for less of its time was kept waiting, and is given a little more. */
const COMPUTED_MS = 2;
/** With the grace and a tick of the system, about ten milliseconds over the budget. */
const KILL_MS = 7.5;
/** While others wait behind it: what V8 has not stopped by then it hardly ever does, and a successor is ready. */
const KILL_FOR_OTHERS_MS = 3;
const CHECK_MS = 1;
/** After a look that came too late to say anything of the time before it. */
const TELL_MS = 1;
/** So long overdue, it makes no difference why. */
const LOST_MS = 250;

export type Verdict =
  /** Look again at this moment. */
  | { readonly kind: 'wait'; readonly until: number }
  /** Tell its caller, and look again. */
  | { readonly kind: 'over'; readonly until: number }
  /** It will not end by itself. */
  | { readonly kind: 'kill' };

/** When the oldest request is first to be looked at. */
export function judgementOf({ since, allowanceMs }: Request): number {
  return since + allowanceMs / 4;
}

/**
 * Judges the oldest request. `computedMs`: how long its process has computed so far, where the system
 * tells. A process that has no successor yet is left alone for a while: V8 may stop the run after all.
 * `othersWait`: other policies do, for it to end.
 */
export function judgeOldest(
  oldest: Request,
  now: number,
  computedMs: () => number | undefined,
  hasSuccessor = true,
  othersWait = false,
): Verdict {
  const first = judgementOf(oldest);
  if (now < first) return { kind: 'wait', until: first };
  oldest.look ??= { at: now, computedMs: computedMs() };
  const { at, computedMs: before } = oldest.look;
  const isSuspect = oldest.policy.charges.isSuspect(now);
  const over = oldest.since + oldest.allowanceMs + (isSuspect ? SUSPECT_GRACE_MS : GRACE_MS);
  if (now < over) return { kind: 'wait', until: over };
  const computed = before === undefined ? undefined : computedMs();
  const used = before === undefined || computed === undefined ? now - at : computed - before;
  // Counted from the look, not from `over`: this process may have been late itself.
  const most = Math.max(0, over - at) + (othersWait ? KILL_FOR_OTHERS_MS : KILL_MS);
  if ((used >= most && hasSuccessor) || now - over >= LOST_MS) return { kind: 'kill' };
  const until = now + CHECK_MS;
  const isComputing = used > (at < over ? Math.min(COMPUTED_MS, (over - at) / 2) : TELL_MS);
  const isTold = isComputing || before === undefined || isSuspect;
  return isTold ? { kind: 'over', until } : { kind: 'wait', until };
}

/** Whether it has taken longer than it may, for whatever reason. */
export function isOverdue({ since, allowanceMs }: Request, now: number): boolean {
  return now - since > allowanceMs;
}
