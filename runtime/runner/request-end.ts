/** How requests to a sandbox end: from its reply, or the lack of one, to the outcome that the caller gets. */
import type { FallbackReason } from '../rpc/fallback.ts';
import type { Impurity, Read } from '../rpc/plan.ts';
import type { RunQuestion } from '../rpc/run-text.ts';
import type { Failed, Loaded, Ran, SandboxFailure } from '../rpc/sandbox-protocol.ts';
import { loadedProblem } from '../rpc/sandbox-reply.ts';
import { judged, readsBefore, readsOf, type Told, type ToldDecision } from '../rpc/told.ts';
import type { PendingRequest, PendingRun } from './held-policy.ts';
import type { LoadOutcome, RunOutcome } from './runs-and-loads.ts';

type LoadFailure = Extract<LoadOutcome, { ok: false }>;
type RunFailure = Extract<RunOutcome, { ok: false }>;

/** `missing` and `crash` count as the sandbox's doing: clients cannot know whether a policy was loaded. */
const FALLBACK_REASON: Readonly<Record<SandboxFailure | LoadFailure['reason'], FallbackReason>> = {
  throw: 'throw',
  timeout: 'budget',
  starved: 'deadline',
  memory: 'memory',
  invalid: 'invalid',
  missing: 'sandbox',
  together: 'sandbox',
  placeless: 'invalid',
  crash: 'sandbox',
};

/** Gives the caller the outcome, unless it has one already: a late reply has no addressee. */
export function tell(request: PendingRun, outcome: RunOutcome): void {
  const { done } = request;
  request.done = undefined;
  done?.(outcome);
}

/** Answers the caller if its deadline is over. Returns when it will be; Infinity once it is answered. */
export function judgeDeadline(request: PendingRun, now: number): number {
  const { deadlineAt } = request.ask;
  if (request.done === undefined) return Number.POSITIVE_INFINITY;
  if (deadlineAt > now) return deadlineAt;
  const late = { ok: false, reason: 'deadline', message: 'No decision before the deadline' } as const;
  tell(request, tookItsTime(request) ? late : { ...late, isOurs: true });
  return Number.POSITIVE_INFINITY;
}

/**
 * Whether the run has computed all that it may: one that has not was kept from a processor, or waited for other
 * runs, and the clock on the wall says nothing of its policy.
 */
function tookItsTime({ evidence, allowanceMs, sharesCall }: PendingRun): boolean {
  return !sharesCall && evidence !== undefined && evidence.seenMs >= allowanceMs;
}

/** Ends a run for which the sandbox is to blame, and not the policy. */
export function giveUp(request: PendingRun, message: string): void {
  tell(request, { ok: false, reason: 'sandbox', message, isOurs: true });
}

/** Gives up requests whose deadline is over, and returns the others. */
export function giveUpLate(requests: readonly PendingRun[], now: number): PendingRun[] {
  return requests.filter((request) => {
    const isLate = request.ask.deadlineAt <= now;
    if (isLate) giveUp(request, 'No sandbox was ready before the deadline');
    return !isLate;
  });
}

/** Ends a run that ended the sandbox. */
export function blame(request: PendingRun, message: string): void {
  tell(request, { ok: false, reason: 'sandbox', message });
}

/** Notes an offence of the policy that was stopped, once for each request. */
export function noteOffence(request: PendingRequest, { reason }: Pick<Failed, 'reason'>, now: number): void {
  if (request.hasOffended || (reason !== 'timeout' && reason !== 'memory')) return;
  request.hasOffended = true;
  request.policy.charges.suspect(now, request.kind);
}

/** The outcome for the caller of a run that came to a decision. */
export function runOutcome(reply: Ran | Told, question: RunQuestion): RunOutcome {
  const decision = reply.t === 'told' ? reply.decision : judged(reply);
  const { problem } = decision;
  if (problem !== undefined) return { ok: false, reason: 'invalid', message: problem };
  return new Decided(decision, readsOf(decision, question), reply.micros);
}

class Decided {
  readonly ok = true;
  readonly plan: unknown;
  readonly reads: readonly Read[];
  readonly impure: readonly Impurity[];
  readonly micros: number;
  readonly #told: object;

  constructor(told: ToldDecision, reads: readonly Read[], micros: number) {
    this.plan = told.plan;
    this.reads = reads;
    this.impure = told.impure;
    this.micros = micros;
    this.#told = told;
  }

  get told(): object {
    return this.#told;
  }
}

/** The outcome for the caller of a load. */
export function loadOutcome(reply: Loaded | Failed): LoadOutcome {
  if (reply.t === 'failed') {
    const { reason, message, stack } = reply;
    if (reason === 'starved') return { ok: false, reason: 'crash', message, isOurs: true };
    if (reason === 'missing' || reason === 'together' || reason === 'placeless')
      return { ok: false, reason: 'crash', message };
    return withStack({ ok: false, reason, message }, stack);
  }
  const problem = loadedProblem(reply);
  return problem === undefined
    ? { ok: true, manifest: reply.manifest, ...(reply.micros !== undefined && { micros: reply.micros }) }
    : { ok: false, reason: 'invalid', message: problem };
}

/** The outcome for the caller of a run when the run, or the load before it, failed. */
export function runFailure(failure: Failed | LoadFailure, question?: RunQuestion): RunFailure {
  const { reason, message, stack } = failure;
  const isOurs = (reason === 'starved' || 'isOurs' in failure) && { isOurs: true as const };
  const before = question && 'reads' in failure ? readsBefore(failure.reads, question) : undefined;
  const reads = before && { reads: before };
  return withStack({ ok: false, reason: FALLBACK_REASON[reason], message, ...isOurs, ...reads }, stack);
}

/** Whether the sandbox has disposed of the isolate, or never had it. */
export function losesIsolate({ reason }: Failed): boolean {
  return reason !== 'throw' && reason !== 'invalid' && reason !== 'placeless';
}

/** Microseconds that a run took, as far as is known; `undefined` if it did not run. */
export function microsOf(
  reply: Ran | Told | Failed,
  { since, allowanceMs }: PendingRun,
  now: number,
): number | undefined {
  if (reply.t !== 'failed') return reply.micros;
  return IS_NO_RUN.has(reply.reason) ? undefined : 1000 * Math.min(now - since, allowanceMs);
}

/** The run has not begun, or nobody knows how long it took. */
const IS_NO_RUN: ReadonlySet<SandboxFailure> = new Set(['missing', 'together', 'placeless']);

function withStack<T extends object>(failure: T, stack: string | undefined): T {
  return stack === undefined ? failure : { ...failure, stack };
}
