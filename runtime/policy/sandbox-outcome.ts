/** How requests to a sandbox end: from what it replied, or failed to, to what the caller is told. */
import type { FallbackReason } from '../rpc/control-protocol.ts';
import type { Failed, Loaded, Ran, SandboxFailure } from '../rpc/sandbox-protocol.ts';
import { loadedProblem, ranProblem } from '../rpc/sandbox-reply.ts';
import type { LoadOutcome } from './held-policies.ts';
import type { RunOutcome, RunRequest } from './sandbox-request.ts';

type LoadFailure = Extract<LoadOutcome, { ok: false }>;
type RunFailure = Extract<RunOutcome, { ok: false }>;

/** A policy is not told from outside whether it was loaded: `missing` and `crash` are the sandbox's doing. */
const FALLBACK_REASON: Readonly<Record<SandboxFailure | LoadFailure['reason'], FallbackReason>> = {
  throw: 'throw',
  timeout: 'budget',
  memory: 'memory',
  invalid: 'invalid',
  missing: 'sandbox',
  crash: 'sandbox',
};

/** Tells the caller, unless it has been told something before: late replies are for nobody. */
export function tell(request: RunRequest, outcome: RunOutcome): void {
  const { done } = request;
  request.done = undefined;
  done?.(outcome);
}

/** Tells the caller if its deadline is over; returns when it will be, Infinity if nobody waits any more. */
export function judgeDeadline(request: RunRequest, now: number): number {
  const { deadlineAt } = request.ask;
  if (request.done === undefined) return Number.POSITIVE_INFINITY;
  if (deadlineAt > now) return deadlineAt;
  tell(request, { ok: false, reason: 'deadline', message: 'No decision before the deadline' });
  return Number.POSITIVE_INFINITY;
}

/** Tells the caller that the sandbox is to blame. */
export function giveUp(request: RunRequest, message: string): void {
  tell(request, { ok: false, reason: 'sandbox', message });
}

/** What the caller of a run is told when there is a decision. */
export function runOutcome(reply: Ran): RunOutcome {
  const problem = ranProblem(reply);
  if (problem !== undefined) return { ok: false, reason: 'invalid', message: problem };
  const { plan, reads, impure, micros } = reply;
  return { ok: true, plan, reads, impure, micros };
}

/** What the loader of a policy is told. */
export function loadOutcome(reply: Loaded | Failed): LoadOutcome {
  if (reply.t === 'failed') {
    const { reason, message, stack } = reply;
    return withStack({ ok: false, reason: reason === 'missing' ? 'crash' : reason, message }, stack);
  }
  const problem = loadedProblem(reply);
  return problem === undefined
    ? { ok: true, manifest: reply.manifest }
    : { ok: false, reason: 'invalid', message: problem };
}

/** What the caller of a run is told when the run, or the load before it, failed. */
export function runFailure({ reason, message, stack }: Failed | LoadFailure): RunFailure {
  return withStack({ ok: false, reason: FALLBACK_REASON[reason], message }, stack);
}

/** What a run took, as far as is known. One that was not run took nothing. */
export function microsOf(reply: Ran | Failed, elapsedMs: number): number | undefined {
  if (reply.t === 'ran') return reply.micros;
  return reply.reason === 'missing' ? undefined : 1000 * elapsedMs;
}

function withStack<T extends object>(failure: T, stack: string | undefined): T {
  return stack === undefined ? failure : { ...failure, stack };
}
