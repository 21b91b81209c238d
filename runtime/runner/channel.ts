/** The requests that one sandbox process has been sent and has not replied to, and their clocks. */
import { Queue } from '../base/structures/queue.ts';
import type { ToSandbox } from '../rpc/sandbox-protocol.ts';
import { Deadlines, lookForDeadline } from './deadlines.ts';
import { firstLookAt, SandboxEvidence } from './evidence.ts';
import type { PolicyLoader } from './held-policies.ts';
import { type HeldPolicy, isShared, type PendingRequest, type PendingRun } from './held-policy.ts';
import type { SandboxProcess } from './process/sandbox-process.ts';
import { noteOffence, tell } from './request-end.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A load may take this much longer than the policy's top level may: it creates the isolate and compiles. */
const LOADING_MS = 100;
/** That extra time is at most so many times what the top level may take. */
const LOADING_PART = 2;
/** V8 stops runs by wall clock, which goes on while others compute: so it allows so much more, ... */
const SLACK_MS = 1;
/** ... and three times the budget if no query waits, the first attempt was starved, or others were lately. */
const PATIENCE = 3;
/** A run gets at least so much more then, however small its budget. */
const LEAST_PATIENCE_MS = 50;
/** A machine is busy for so long after it has starved a run. */
const BUSY_MS = 60_000;
/**
 * The first runs of an isolate may compute so much more, for V8 interprets and then compiles what they call: what ends a
 * cold run would end the isolate, and the next run would be as cold.
 */
const COLD_MS = 10;
const COLD_RUNS = 8;
/** Loads on their way at once, of some 5 ms each: queries for policies that are loaded wait for them. */
const MOST_LOADS = 4;

/** The part of a sandbox process that its requests need. */
export type Addressee = Pick<
  SandboxProcess,
  | 'send'
  | 'sendRun'
  | 'abandon'
  | 'giveUp'
  | 'loads'
  | 'manifests'
  | 'computedMs'
  | 'told'
  | 'isStopped'
  | 'isRead'
>;

export class SandboxChannel<Process extends Addressee = SandboxProcess> implements PolicyLoader {
  readonly process: Process;
  readonly #arm: (at: number) => void;
  readonly #sent = new Queue<PendingRequest>();
  readonly #tellsTime: boolean;
  /** Whether no query waits for the replies. */
  readonly #isPatient: boolean;
  /** When a run was last starved. */
  #starvedAt = Number.NEGATIVE_INFINITY;
  #nextId = 1;
  readonly #deadlines = new Deadlines();

  /** `arm` is called with each moment at which {@link SandboxChannel.judge} should be called. */
  constructor(process: Process, arm: (at: number) => void, prelude?: string, isPatient = false) {
    this.process = process;
    this.#isPatient = isPatient;
    this.#arm = arm;
    this.#tellsTime = process.computedMs !== undefined;
    if (prelude !== undefined) this.#send({ t: 'prelude', script: prelude });
  }

  /** Whether another policy may be loaded for a run. */
  get mayLoad(): boolean {
    return this.process.loads < MOST_LOADS;
  }

  get pending(): number {
    return this.#sent.size;
  }

  load(policy: HeldPolicy, now: number): void {
    const { key, script, limits, wantsManifest } = policy;
    const { memoryMb, timeoutMs, shares } = limits;
    const attempt = Math.min(policy.lostLoads, 2) + (this.#isPatient ? 1 : 0);
    const wallMs = timeoutMs * PATIENCE ** attempt + SLACK_MS;
    const loadingMs = Math.min(LOADING_MS, LOADING_PART * timeoutMs);
    const allowanceMs = timeoutMs + loadingMs;
    const stopMs = wallMs + loadingMs;
    policy.coldRuns = COLD_RUNS;
    this.process.loads += 1;
    if (wantsManifest) this.process.manifests += 1;
    const id = this.#push(
      {
        kind: 'load',
        policy,
        id: 0,
        since: now,
        allowanceMs,
        stopMs,
        evidence: undefined,
        hasOffended: false,
      },
      now,
    );
    const rest = JSON.stringify({ t: 'load', id, key, memoryMb, timeoutMs, wallMs, wantsManifest, shares });
    this.process.send(`${rest.slice(0, -1)},"script":${script.json}}`);
  }

  /**
   * V8 stops a run by the clock on the wall, and its isolate is lost. So runs have longer while the machine is
   * busy, unless their policy has offended: what it computes is bounded all the same (verdict.ts).
   */
  run(request: PendingRun, now: number): void {
    const { policy } = request;
    const isSuspect = policy.charges.isSuspect(now);
    const isBusy = now - this.#starvedAt < BUSY_MS && !isSuspect;
    if (policy.coldRuns > 0) {
      policy.coldRuns -= 1;
      if (!isSuspect) request.allowanceMs = request.ask.budgetMs + COLD_MS;
    }
    policy.untidyRuns += 1;
    this.#push(request, now);
    const { budgetMs, deadlineAt } = request.ask;
    this.#deadlines.note(deadlineAt);
    this.#arm(lookForDeadline(deadlineAt));
    request.timeoutMs = Math.max(1, Math.ceil(request.allowanceMs));
    const patientMs =
      request.again || isBusy || this.#isPatient ? Math.max(LEAST_PATIENCE_MS, (PATIENCE - 1) * budgetMs) : 0;
    request.wallMs = Math.ceil(request.timeoutMs + patientMs) + SLACK_MS;
    request.stopMs = request.allowanceMs + patientMs;
    // Where no query waits, a call that overruns is only made again.
    const isSlow = !this.#isPatient && (policy.coldRuns > 0 || !policy.share.isQuick);
    request.isAlone = isSuspect || now < policy.aloneUntil || isSlow;
    request.sharesCall = false;
    request.hasPlace = policy.wantsPlace(request.ask.host);
    this.process.sendRun(request);
  }

  /** Notes that a run got no processor for long enough: the machine is busy. */
  noteStarved(now: number): void {
    this.#starvedAt = now;
  }

  drop(key: string): void {
    this.#send({ t: 'drop', key });
  }

  tidy(key: string): void {
    this.#send({ t: 'tidy', key });
  }

  /** How many requests were sent that have a reply. */
  get sent(): number {
    return this.#nextId - 1;
  }

  /** The request that the next reply must answer. */
  get oldest(): PendingRequest | undefined {
    return this.#sent.oldest;
  }

  /** Takes the oldest request away: it has its reply. */
  advance(now: number): void {
    const oldest = this.#sent.oldest;
    if (oldest?.kind === 'load') {
      this.process.loads -= 1;
      if (oldest.policy.wantsManifest) this.process.manifests -= 1;
    }
    const next = this.#sent.advance();
    if (next !== undefined) this.#startClock(next, now);
  }

  /** Calls `visit` for each run of one policy. */
  forRunsOf(policy: HeldPolicy, visit: (request: PendingRun) => void): void {
    this.#forRuns((run) => {
      if (run.policy === policy) visit(run);
    });
  }

  /** Takes all requests away, oldest first: the process will not reply to them. */
  drain(): PendingRequest[] {
    return this.#sent.drain();
  }

  /**
   * Answers callers whose time is over, and abandons a stuck process. Returns when to judge again, to the millisecond;
   * where later will do, this is armed.
   */
  judge(now: number, hasSuccessor: boolean): number {
    const late = this.#deadlines.judge(now, (visit) => this.#forRuns(visit));
    if (late < Number.POSITIVE_INFINITY) this.#arm(lookForDeadline(late));
    const oldest = this.#sent.oldest;
    if (oldest === undefined) return Number.POSITIVE_INFINITY;
    const first = firstLookAt(oldest);
    if (now >= first) return this.#judgeOldest(oldest, first, now, hasSuccessor);
    this.#arm(first);
    return Number.POSITIVE_INFINITY;
  }

  /** Whether a run of another policy than the oldest waits for its reply. */
  #othersWait({ policy }: PendingRequest): boolean {
    let othersWait = false;
    this.#forRuns((run) => {
      othersWait ||= run.policy !== policy && run.done !== undefined;
    });
    return othersWait;
  }

  #forRuns(visit: (run: PendingRun) => void): void {
    this.#sent.forEach((request) => {
      if (request.kind === 'run') visit(request);
    });
  }

  #judgeOldest(oldest: PendingRequest, first: number, now: number, hasSuccessor: boolean): number {
    const { charges } = oldest.policy;
    oldest.evidence ??= new SandboxEvidence(oldest, first);
    const { evidence } = oldest;
    evidence.add({
      now,
      // The system says nothing of an ended process, which computes nothing: its end is about to be known.
      figureMs: this.process.computedMs ?? (this.#tellsTime ? 0 : undefined),
      toldMs: this.process.told?.computedMs,
      isOwn: this.process.told?.isOwn ?? false,
      isStopped: () => this.process.isStopped,
      isRead: this.process.isRead,
    });
    const isSuspect = charges.isSuspect(now);
    const othersWait = !this.#isPatient && this.#othersWait(oldest);
    const due =
      now + this.#execute(oldest, verdictOf(evidence, { isSuspect, hasSuccessor, othersWait }), now);
    evidence.expect(due);
    return due;
  }

  /** Returns after how many milliseconds to judge again. */
  #execute(oldest: PendingRequest, verdict: Verdict, now: number): number {
    switch (verdict.kind) {
      case 'wait':
        return verdict.ms;
      case 'late':
        this.#tellOver(oldest);
        return verdict.ms;
      case 'over':
        this.#noteOffence(oldest, now);
        return verdict.ms;
      case 'kill':
        this.#noteOffence(oldest, now);
        this.process.abandon('it did not stop in time');
        return Number.POSITIVE_INFINITY;
      case 'replace':
        this.process.giveUp('it was stopped, or given no processor');
        return Number.POSITIVE_INFINITY;
      default:
        return verdict satisfies never;
    }
  }

  /**
   * Notes the offence before the host finds the process lost for the same reason. Of runs in one call nobody knows
   * which it is: each will have its own (blame.ts, receiver.ts).
   */
  #noteOffence(oldest: PendingRequest, now: number): void {
    if (isShared(oldest)) return;
    this.#tellOver(oldest);
    noteOffence(oldest, { reason: 'timeout' }, now);
  }

  #tellOver(oldest: PendingRequest): void {
    if (oldest.kind !== 'run' || oldest.sharesCall) return;
    tell(oldest, {
      ok: false,
      reason: 'budget',
      message: `The policy ran longer than ${oldest.allowanceMs} ms`,
    });
  }

  #send(message: ToSandbox): void {
    this.process.send(JSON.stringify(message));
  }

  #push(request: PendingRequest, now: number): number {
    request.id = this.#nextId;
    this.#nextId += 1;
    this.#sent.push(request);
    if (this.#sent.oldest === request) this.#startClock(request, now);
    return request.id;
  }

  #startClock(oldest: PendingRequest, now: number): void {
    oldest.since = now;
    oldest.evidence = undefined;
    this.#arm(firstLookAt(oldest));
  }
}
