/**
 * The clocks of requests to a sandbox: when the oldest is overdue, and what that means.
 *
 *     oldest          + budget      + GRACE      + TELL                + KILL
 *     ──┬────────────────┬──────────────┬────────────┬───────────────────┬──────▶
 *       │  it runs       │ isolated-vm  │ is it      │ its caller        │ the process
 *       │                │ stops it     │ computing? │ is told           │ is killed
 *
 * From GRACE on, only what the process computes is counted, where the system tells: on a busy machine,
 * one that waits for a processor must not be taken for one that hangs, nor its policy blamed.
 */
import type { Request } from './sandbox-request.ts';

/** The sandbox's own timeout and its report come first, where they come at all. */
const GRACE_MS = 2;
const TELL_MS = 1;
/** With the grace, ten milliseconds over the budget. */
const KILL_MS = 8;
const CHECK_MS = 2;
/** So long overdue, it makes no difference why. */
const LOST_MS = 1_000;

export type Verdict =
  /** Look again at this moment. */
  | { readonly kind: 'wait'; readonly until: number }
  /** Tell its caller, and look again. */
  | { readonly kind: 'over'; readonly until: number }
  /** It will not end by itself. */
  | { readonly kind: 'kill' };

/** When the oldest request is first to be judged. */
export function judgementOf(oldest: Request): number {
  return oldest.since + oldest.allowanceMs + GRACE_MS;
}

/** Judges the oldest request. `computedMs`: how long its process has computed so far, where the system tells. */
export function judgeOldest(oldest: Request, now: number, computedMs: () => number | undefined): Verdict {
  const first = judgementOf(oldest);
  if (now < first) return { kind: 'wait', until: first };
  // Counted from the first look, not from `first`: this process may have been late itself.
  oldest.overdue ??= { at: now, computedMs: computedMs() };
  const { at, computedMs: before } = oldest.overdue;
  const computed = before === undefined ? undefined : computedMs();
  const used = before === undefined || computed === undefined ? now - at : computed - before;
  if (used >= KILL_MS || now - first >= LOST_MS) return { kind: 'kill' };
  const until = now + CHECK_MS;
  return used >= TELL_MS || before === undefined ? { kind: 'over', until } : { kind: 'wait', until };
}
