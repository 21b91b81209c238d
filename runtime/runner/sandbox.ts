/**
 * A sandbox, as seen from the process that needs the decisions of policies: a process that may hang or die
 * at any time, behind an interface that always answers.
 *
 * Every request is answered exactly once, whatever becomes of the sandbox. The host keeps two clocks:
 *
 * - the *budget* of a run, or a load, is what the sandbox may compute while that is the oldest unanswered
 *   request, as it handles requests in order (verdict.ts). Over the budget the caller gets a failure; well
 *   over it the process is killed.
 * - the *deadline* of a run is a moment, and all that the run waited for before counts.
 *
 * A run is sent when its turn comes (dispatch.ts), and ends with the reply to it (receiver.ts) or with its
 * clock (channel.ts). A process that ends is blamed on one policy at most (blame.ts), and a spare takes its
 * place (process/pair.ts), which has loaded the policies in use (understudy.ts).
 *
 * This file is long because the parts of a sandbox, each in a file of its own, meet nowhere else.
 */

import { DnsteerError } from '../base/errors.ts';
import { SANDBOX_PRIORITY } from '../base/process/priority.ts';
import { residentBytes } from '../base/process/process-usage.ts';
import type { Script } from '../rpc/script.ts';
import { type Loss, settleLoss, settleSpareLoss } from './blame.ts';
import { SandboxChannel } from './channel.ts';
import { Charges } from './charges.ts';
import { Dispatch } from './dispatch.ts';
import { HeldPolicies } from './held-policies.ts';
import { HeldPolicy, newRun } from './held-policy.ts';
import type { SandboxOptions } from './options.ts';
import { doorWarnings } from './process/doors.ts';
import { SandboxPair } from './process/pair.ts';
import { DEFAULT_SANDBOX, startSandbox } from './process/program.ts';
import type { SandboxProcess, SandboxReply } from './process/sandbox-process.ts';
import { Receiver } from './receiver.ts';
import { giveUp } from './request-end.ts';
import type { LoadLimits, LoadOutcome, PolicyVersion, RunAsk, RunOutcome } from './runs-and-loads.ts';
import type { SandboxState, SandboxStats } from './state.ts';
import { Tidying } from './tidying.ts';
import { Understudy } from './understudy.ts';
import { Watchdog } from './watchdog.ts';

/** Loads on their way where no query waits. */
const LOADS_AT_ONCE = 8;
const STOPPED = 'The sandbox was stopped';

export class Sandbox {
  readonly #onState: (event: SandboxState) => void;
  readonly #pair: SandboxPair;
  readonly #withSpare: boolean;
  readonly #channelTo: (process: SandboxProcess) => SandboxChannel;
  readonly #policies: HeldPolicies;
  readonly #dispatch: Dispatch;
  readonly #receiver: Receiver;
  readonly #watchdog = new Watchdog((now) => this.#judge(now));
  readonly #tidying = new Tidying();
  readonly #firstStart = Promise.withResolvers<void>();
  /** Loads policies into the spare, while one is ready to take over. */
  #understudy: Understudy | undefined;
  #hasBegun = false;
  #starts = 0;
  #warnings: readonly string[] = [];
  #stopped = false;
  /** Why each process was lost, for the log when it is gone. */
  readonly #reasons = new WeakMap<SandboxProcess, string>();

  constructor({
    spare = true,
    isPatient = false,
    onState = () => {},
    account,
    settings = DEFAULT_SANDBOX,
    prelude,
    priority = SANDBOX_PRIORITY,
    spawn = (nice) => startSandbox(nice, account, settings),
  }: SandboxOptions = {}) {
    this.#onState = onState;
    this.#withSpare = spare;
    this.#channelTo = (process) =>
      new SandboxChannel(process, (at) => this.#watchdog.arm(at), prelude, isPatient);
    this.#policies = new HeldPolicies(settings.memory, isPatient ? LOADS_AT_ONCE : 1);
    this.#dispatch = new Dispatch(this.#policies, (at) => this.#watchdog.arm(at));
    this.#receiver = new Receiver(this.#policies, this.#dispatch, isPatient);
    this.#pair = new SandboxPair(
      {
        onActive: (process) => this.#serveFrom(process),
        onReply: (reply) => this.#receive(reply),
        onSpare: (process) => this.#prepare(process),
        onSpareReply: (reply) =>
          this.#understudy === undefined ? 'it replied too early' : this.#understudy.receive(reply),
        onSpareLost: (why, isForeign) => this.#loseSpare({ why, isForeign }),
        onMemory: (usedMb) => this.#noteMemory(usedMb / settings.memory),
        onLost: (process, why, isForeign) => {
          this.#reasons.set(process, settleLoss({ why, isForeign }, this.#dispatch, this.#policies));
        },
        onExit: (process, how) => this.#noteExit(process, how),
      },
      { withSpare: spare, spawn: () => spawn(priority), settings },
    );
  }

  /** Whether a process was asked for. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Starts the first process, unless that was done. Policies may be held before it is ready; one that ends is replaced. */
  begin(): void {
    if (this.#hasBegun || this.#stopped) return;
    this.#hasBegun = true;
    // Whoever waits for the start learns of its failure.
    this.#firstStart.promise.catch(() => {});
    this.#pair.start();
  }

  /**
   * Begins, and resolves when policies can run.
   * @throws {DnsteerError} `START`, if the first process ends before it is ready.
   */
  async start(): Promise<void> {
    this.begin();
    try {
      await this.#firstStart.promise;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Holds a version from now on, instead of any other of that key. Resolves with the outcome of its first
   * load.
   * `charges`: what the version was charged with in the sandbox that held it before.
   */
  load(key: string, script: Script, limits: LoadLimits, charges = new Charges()): Promise<LoadOutcome> {
    return new Promise((resolve) => this.#put(new HeldPolicy({ key, script, limits, charges }, resolve)));
  }

  /**
   * As {@link Sandbox.load}, but loads the version before anybody asks it only where the version `before`,
   * whose place it takes, is loaded, or where few policies are. Otherwise this resolves with `undefined`.
   */
  hold(version: PolicyVersion, before?: string): Promise<LoadOutcome | undefined> {
    const old = before === undefined ? undefined : this.#policies.get(before);
    const isSoon = this.#policies.isWorthLoading(old);
    return new Promise((resolve) => {
      this.#put(new HeldPolicy(version, isSoon ? resolve : undefined), old);
      if (!isSoon) resolve(undefined);
    });
  }

  /** Asks a policy to decide. `done` is called once; before this returns, if no process needs to be asked. */
  run(ask: RunAsk, done: (outcome: RunOutcome) => void): void {
    const now = performance.now();
    const policy = this.#policies.get(ask.key);
    if (policy === undefined) {
      done({ ok: false, reason: 'sandbox', message: `${ask.key} is not loaded` });
      return;
    }
    this.#policies.noteAsked(policy);
    this.#dispatch.submit(newRun(policy, ask, done, now), now);
  }

  /** Forgets a version. Runs that it was asked before are still answered. */
  drop(key: string): void {
    const policy = this.#policies.get(key);
    if (policy === undefined) return;
    this.#understudy?.drop(policy);
    this.#dispatch.drop(policy);
    this.#policies.drop(key);
  }

  /** Ends the quarantine of a version. */
  release(key: string): void {
    this.#policies.release(key);
  }

  /** Answers all pending requests, and ends all processes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watchdog.stop();
    this.#understudy?.retire();
    for (const request of this.#dispatch.takeAll()) {
      if (request.kind === 'run') giveUp(request, STOPPED);
    }
    for (const { key } of this.#policies) this.drop(key);
    await this.#pair.stop();
  }

  /** Whether a process is there to run policies. */
  get isServing(): boolean {
    return this.#dispatch.channel !== undefined;
  }

  /** What operators must know of the process that served last. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  stats(): SandboxStats {
    const pid = this.#dispatch.channel?.process.pid ?? 0;
    return {
      ...(!this.#hasBegun && { isIdle: true }),
      pid,
      rssBytes: residentBytes(pid) ?? 0,
      restarts: Math.max(0, this.#starts - 1),
      pending: this.#dispatch.pending,
      quarantined: this.#policies.quarantined,
      spare: [...(this.#understudy?.loaded ?? [])].map(({ key }) => key),
    };
  }

  #put(policy: HeldPolicy, before?: HeldPolicy): void {
    this.drop(policy.key);
    if (this.#stopped) {
      policy.settle({ ok: false, reason: 'crash', message: STOPPED });
    } else if (policy.unfit !== undefined) {
      policy.settle({ ok: false, reason: 'invalid', message: policy.unfit });
    } else {
      this.#policies.put(policy, before);
    }
  }

  #receive(reply: SandboxReply): string | undefined {
    const problem = this.#receiver.receive(reply);
    if (problem === undefined) this.#pair.praise();
    return problem;
  }

  /** Called a few times a second. */
  #noteMemory(part: number): void {
    this.#policies.noteMemory(part);
    const { channel } = this.#dispatch;
    if (channel !== undefined) this.#tidying.look(channel, this.#policies);
  }

  #judge(now: number): number {
    const hasSuccessor = !this.#withSpare || this.#understudy !== undefined;
    return Math.min(
      this.#dispatch.judge(now, hasSuccessor),
      this.#understudy?.channel.judge(now, true) ?? Number.POSITIVE_INFINITY,
    );
  }

  #serveFrom(process: SandboxProcess): void {
    this.#starts += 1;
    this.#warnings = doorWarnings(process.doors);
    this.#firstStart.resolve();
    const known = this.#understudy?.channel.process === process ? this.#understudy : undefined;
    if (known !== undefined) this.#understudy = undefined;
    known?.retire();
    const channel = known?.channel ?? this.#channelTo(process);
    this.#onState({ state: 'ready', pid: process.pid, detail: 'serves' });
    this.#policies.moveTo(channel, known?.loaded, known?.loading);
    this.#dispatch.open(channel, performance.now());
    this.#policies.warm();
  }

  #prepare(process: SandboxProcess): void {
    this.#understudy = new Understudy(this.#channelTo(process), this.#policies);
  }

  #loseSpare(loss: Loss): void {
    const spare = this.#understudy;
    this.#understudy = undefined;
    spare?.retire();
    const reason = settleSpareLoss(loss, spare?.loading);
    if (spare !== undefined && reason !== undefined) this.#reasons.set(spare.channel.process, reason);
  }

  #noteExit(process: SandboxProcess, how: string): void {
    this.#firstStart.reject(new DnsteerError('START', `The sandbox does not start: ${how}`));
    if (this.#stopped) return;
    const reason = this.#reasons.get(process);
    const detail = reason === undefined ? how : `${how}; ${reason}`;
    this.#onState({ state: 'exited', pid: process.pid, detail });
  }
}
