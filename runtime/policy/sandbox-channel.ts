/** The requests that one sandbox process has been sent and has not replied to, and their clocks. */
import type { ToSandbox } from '../rpc/sandbox-protocol.ts';
import type { HeldPolicy, PolicyLoader } from './held-policies.ts';
import { judgementOf, judgeOldest } from './sandbox-clocks.ts';
import { judgeDeadline, tell } from './sandbox-outcome.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { type Request, RequestQueue, type RunRequest } from './sandbox-request.ts';

/** A load may take this much more than the top level it runs: creating the isolate, compiling. */
const LOADING_MS = 100;
/** At some 5 ms each: whoever asks a policy that is loaded has to wait for these. */
const MOST_LOADS = 4;

export class SandboxChannel implements PolicyLoader {
  readonly process: SandboxProcess;
  readonly #arm: (at: number) => void;
  readonly #sent = new RequestQueue();
  readonly #tellsTime: boolean;
  #nextId = 1;

  /** `arm` is told each moment at which {@link SandboxChannel.judge} should be called. */
  constructor(process: SandboxProcess, arm: (at: number) => void, prelude?: string) {
    this.process = process;
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
    const { key, script, limits } = policy;
    const { memoryMb, timeoutMs } = limits;
    const allowanceMs = timeoutMs + LOADING_MS;
    this.process.loads += 1;
    const id = this.#push({ kind: 'load', policy, id: 0, since: now, allowanceMs, look: undefined }, now);
    this.#send({ t: 'load', id, key, script, memoryMb, timeoutMs });
  }

  run(request: RunRequest, now: number): void {
    const id = this.#push(request, now);
    const { key, host, name, type, facts, budgetMs, deadlineAt } = request.ask;
    this.#arm(deadlineAt);
    const timeoutMs = Math.max(1, Math.ceil(budgetMs));
    this.#send({ t: 'run', id, key, host, name, type, facts, timeoutMs });
  }

  drop(key: string): void {
    this.#send({ t: 'drop', key });
  }

  /** The request that the next reply must be for. */
  get oldest(): Request | undefined {
    return this.#sent.oldest;
  }

  /** The oldest has its reply. */
  advance(now: number): void {
    if (this.#sent.oldest?.kind === 'load') this.process.loads -= 1;
    const next = this.#sent.advance();
    if (next !== undefined) this.#startClock(next, now);
  }

  /** Calls `visit` for each run of one policy. */
  forRunsOf(policy: HeldPolicy, visit: (request: RunRequest) => void): void {
    this.#sent.forEach((request) => {
      if (request.kind === 'run' && request.policy === policy) visit(request);
    });
  }

  /** All requests, oldest first: the process will not reply to them. */
  drain(): Request[] {
    return this.#sent.drain();
  }

  /** Tells callers whose time is over, and abandons a process that does not stop. Returns when to judge again. */
  judge(now: number, hasSuccessor: boolean): number {
    let due = Number.POSITIVE_INFINITY;
    const oldest = this.#sent.oldest;
    let othersWait = false;
    this.#sent.forEach((request) => {
      if (request.kind !== 'run') return;
      due = Math.min(due, judgeDeadline(request, now));
      othersWait ||= request.policy !== oldest?.policy && request.done !== undefined;
    });
    return Math.min(due, this.#judgeOldest(oldest, now, hasSuccessor, othersWait));
  }

  #judgeOldest(oldest: Request | undefined, now: number, hasSuccessor: boolean, othersWait: boolean): number {
    if (oldest === undefined) return Number.POSITIVE_INFINITY;
    // One that has ended no longer tells, and computes nothing: that it has is about to be heard.
    const verdict = judgeOldest(
      oldest,
      now,
      () => this.process.computedMs ?? (this.#tellsTime ? 0 : undefined),
      hasSuccessor,
      othersWait,
    );
    // Before a process is lost for it as well, which may be found out at the same time.
    if (verdict.kind !== 'wait' && oldest.kind === 'run') {
      const message = `The policy ran longer than ${oldest.allowanceMs} ms`;
      tell(oldest, { ok: false, reason: 'budget', message });
    }
    if (verdict.kind !== 'kill') return verdict.until;
    this.process.abandon('it did not stop in time');
    return Number.POSITIVE_INFINITY;
  }

  #send(message: ToSandbox): void {
    this.process.send(JSON.stringify(message));
  }

  #push(request: Request, now: number): number {
    request.id = this.#nextId;
    this.#nextId += 1;
    this.#sent.push(request);
    if (this.#sent.oldest === request) this.#startClock(request, now);
    return request.id;
  }

  #startClock(oldest: Request, now: number): void {
    oldest.since = now;
    this.#arm(judgementOf(oldest));
  }
}
