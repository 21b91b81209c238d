/**
 * Policies run here, as seen from the process that needs their decisions: a sandbox process that may
 * hang or die at any time, behind an interface that always answers.
 *
 * Every request is answered exactly once, whatever becomes of the sandbox. Two clocks are kept on this side:
 *
 * - the *budget* of a run, or a load, is what the sandbox may compute while that is the oldest unanswered request, as
 *   requests are handled in order (sandbox-verdict.ts). Over it the caller is told; well over it the process is killed.
 * - the *deadline* is a moment, and counts all that went before.
 *
 * A process that ends is blamed on the policy of its oldest request, unless another process killed it, or it was
 * given up for having computed nothing. The policy is charged (charges.ts), and its other requests are given up. Those
 * of other policies go to the next process, once: one may have been the real culprit, its replies on their way out.
 */

import { DnsteerError } from '../base/errors.ts';
import { SANDBOX_PRIORITY } from '../base/process/priority.ts';
import { residentBytes } from '../base/process/process-usage.ts';
import type { Failed, Loaded } from '../rpc/sandbox-protocol.ts';
import type { Script } from '../rpc/script.ts';
import { Charges } from './charges.ts';
import { Crowd } from './crowd.ts';
import { HeldPolicies } from './held-policies.ts';
import { HeldPolicy, newRun, type PendingLoad, type PendingRequest, type PendingRun } from './held-policy.ts';
import { doorWarnings } from './process/sandbox-doors.ts';
import { SandboxPair } from './process/sandbox-pair.ts';
import type { Reply, SandboxProcess } from './process/sandbox-process.ts';
import { DEFAULT_SANDBOX, startSandbox } from './process/sandbox-program.ts';
import type { LoadLimits, LoadOutcome, PolicyVersion, RunAsk, RunOutcome } from './sandbox-ask.ts';
import { SandboxChannel } from './sandbox-channel.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import {
  blame,
  giveUp,
  giveUpLate,
  loadOutcome,
  losesIsolate,
  microsOf,
  noteOffence,
  runFailure,
  runOutcome,
  tell,
} from './sandbox-outcome.ts';
import type { SandboxState, SandboxStats } from './sandbox-state.ts';
import { Understudy } from './understudy.ts';
import { Watchdog } from './watchdog.ts';

/** So much work of a version that is dropped is still done; to do more would hold up the others. */
const LITTLE_MICROS = 5_000;
const DROPPED = 'The policy was dropped';
const STOPPED = 'The sandbox was stopped';
const QUARANTINED = 'The policy ended its sandbox too often and is quarantined';

export class Sandbox {
  readonly #onState: (event: SandboxState) => void;
  readonly #pair: SandboxPair;
  readonly #withSpare: boolean;
  readonly #isPatient: boolean;
  readonly #channelTo: (process: SandboxProcess) => SandboxChannel;
  readonly #policies: HeldPolicies;
  readonly #watchdog = new Watchdog((now) => this.#judge(now));
  readonly #firstStart = Promise.withResolvers<void>();
  /** To the process that serves. */
  #channel: SandboxChannel | undefined;
  /** To the process that is ready to take over. */
  #understudy: Understudy | undefined;
  /** Runs that wait for such a process. */
  #unsent: PendingRun[] = [];
  readonly #crowd = new Crowd();
  #starts = 0;
  #warnings: readonly string[] = [];
  #stopped = false;
  /** Why a process was lost, to be told when it is gone. */
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
    this.#isPatient = isPatient;
    this.#policies = new HeldPolicies(settings.memory);
    this.#pair = new SandboxPair(
      {
        onActive: (process) => this.#serveFrom(process),
        onReply: (reply) => this.#receive(reply),
        onSpare: (process) => this.#prepare(process),
        onSpareReply: (reply) =>
          this.#understudy === undefined ? 'it replied too early' : this.#understudy.receive(reply),
        onSpareLost: (why, isForeign) => this.#loseSpare(why, isForeign),
        onMemory: (usedMb) => this.#policies.noteMemory(usedMb / settings.memory),
        onLost: (process, why, isForeign) => this.#lose(process, why, isForeign),
        onExit: (process, how) => this.#noteExit(process, how),
      },
      { withSpare: spare, spawn: () => spawn(priority), settings },
    );
  }

  /**
   * Resolves when policies can run. From then on, a process that ends is replaced.
   * @throws {DnsteerError} `START`, if the first one ends before it has begun.
   */
  async start(): Promise<void> {
    this.#pair.start();
    try {
      await this.#firstStart.promise;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Holds a version from now on, instead of any other of that key. Tells how its first load went.
   * `charges` are those it comes with, where another sandbox held it before.
   */
  load(key: string, script: Script, limits: LoadLimits, charges = new Charges()): Promise<LoadOutcome> {
    return new Promise((resolve) => this.#put(new HeldPolicy({ key, script, limits, charges }, resolve)));
  }

  /**
   * As {@link Sandbox.load}, but loads it before it is asked for only where the version `before`, whose place
   * it takes, is loaded, or where few are. Otherwise there is nothing to tell.
   */
  hold(version: PolicyVersion, before?: string): Promise<LoadOutcome | undefined> {
    const old = before === undefined ? undefined : this.#policies.get(before);
    const isSoon = this.#policies.isWorthLoading(old);
    return new Promise((resolve) => {
      this.#put(new HeldPolicy(version, isSoon ? resolve : undefined), old);
      if (!isSoon) resolve(undefined);
    });
  }

  /** Asks for a decision. `done` is called once; before this returns, if nobody needs to be asked. */
  run(ask: RunAsk, done: (outcome: RunOutcome) => void): void {
    const now = performance.now();
    const policy = this.#policies.get(ask.key);
    if (policy === undefined) {
      done({ ok: false, reason: 'sandbox', message: `${ask.key} is not loaded` });
      return;
    }
    this.#policies.noteAsked(policy);
    this.#submit(newRun(policy, ask, done, now), now);
  }

  /** Forgets a version. What it has been asked before is still answered. */
  drop(key: string): void {
    const policy = this.#policies.get(key);
    if (policy === undefined) return;
    this.#understudy?.drop(policy);
    const channel = policy.share.waitingMicros <= LITTLE_MICROS ? this.#channel : undefined;
    for (const request of this.#crowd.take(policy)) {
      if (channel === undefined) giveUp(request, DROPPED);
      else channel.run(request, performance.now());
    }
    this.#policies.drop(key);
  }

  /** Ends the quarantine of a version. */
  release(key: string): void {
    this.#policies.release(key);
  }

  /** Answers all that is pending, and ends all processes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watchdog.stop();
    this.#understudy?.retire();
    const pending = [...(this.#channel?.drain() ?? []), ...this.#unsent.splice(0), ...this.#crowd.takeAll()];
    for (const request of pending) {
      if (request.kind === 'run') giveUp(request, STOPPED);
    }
    for (const { key } of this.#policies) this.drop(key);
    await this.#pair.stop();
  }

  /** Whether a process is there to run policies. */
  get isServing(): boolean {
    return this.#channel !== undefined;
  }

  /** What operators must know of the process that served last. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  stats(): SandboxStats {
    const pid = this.#channel?.process.pid ?? 0;
    return {
      pid,
      rssBytes: residentBytes(pid) ?? 0,
      restarts: Math.max(0, this.#starts - 1),
      pending: (this.#channel?.pending ?? 0) + this.#unsent.length + this.#crowd.size,
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

  #submit(request: PendingRun, now: number): void {
    const { policy, ask } = request;
    if (this.#policies.get(ask.key) !== policy) {
      giveUp(request, DROPPED);
    } else if (policy.charges.quarantined) {
      tell(request, { ok: false, reason: 'quarantined', message: QUARANTINED });
    } else if (this.#channel === undefined) {
      this.#unsent.push(request);
      this.#watchdog.arm(ask.deadlineAt);
    } else if (policy.share.admits && (policy.isPresent || this.#channel.mayLoad)) {
      this.#send(this.#channel, request, now);
    } else {
      this.#crowd.add(request);
      this.#watchdog.arm(ask.deadlineAt);
    }
  }

  #send(channel: SandboxChannel, request: PendingRun, now: number): void {
    this.#policies.provide(request.policy, now);
    request.policy.share.noteSent();
    channel.run(request, now);
  }

  /** The policy may have room for some of those that wait. */
  #sendMore(policy: HeldPolicy, now: number): void {
    while (this.#channel !== undefined) {
      const request = this.#crowd.next(policy);
      if (request === undefined) return;
      this.#send(this.#channel, request, now);
    }
  }

  /** Once more, after a process or an isolate was lost, and not a third time. */
  #submitAgain(request: PendingRun, why: string, now: number): void {
    if (request.done === undefined) return;
    if (request.again || request.ask.deadlineAt <= now) {
      giveUp(request, why);
      return;
    }
    request.again = true;
    this.#submit(request, now);
  }

  /** Only a reply that fits takes its request away: whoever sends another must still be charged for it. */
  #receive(reply: Reply): string | undefined {
    const channel = this.#channel;
    const request = channel?.oldest;
    if (channel === undefined || request?.id !== reply.id) return 'it replied out of order';
    const now = performance.now();
    if (request.kind === 'load') {
      if (reply.t === 'ran') return 'it ran what it was to load';
      channel.advance(now);
      this.#receiveLoaded(request, reply);
    } else {
      if (reply.t === 'loaded') return 'it loaded what it was to run';
      const { policy } = request;
      channel.advance(now);
      policy.share.noteReply(microsOf(reply, request, now));
      if (reply.t === 'failed') this.#receiveFailed(request, reply, now);
      else tell(request, runOutcome(reply));
      this.#sendMore(policy, now);
    }
    this.#pair.praise();
    return undefined;
  }

  #receiveLoaded(request: PendingLoad, reply: Loaded | Failed): void {
    const { policy } = request;
    const outcome = loadOutcome(reply);
    if (reply.t === 'failed') noteOffence(request, reply, performance.now());
    // Those that were sent along with it will find no isolate.
    if (!outcome.ok && outcome.isOurs === undefined)
      this.#channel?.forRunsOf(policy, (request) => tell(request, runFailure(outcome)));
    this.#policies.noteLoaded(policy, outcome);
    const mayLoad = (): boolean => this.#channel?.mayLoad === true;
    this.#crowd.loadNext(mayLoad, (next) => this.#sendMore(next, performance.now()));
  }

  #receiveFailed(request: PendingRun, reply: Failed, now: number): void {
    const { policy } = request;
    noteOffence(request, reply, now);
    if (losesIsolate(reply)) this.#policies.noteLost(policy);
    if (reply.reason === 'missing') this.#submitAgain(request, 'The sandbox lost the policy', now);
    else if (reply.reason === 'starved' && !request.again && !this.#isPatient)
      this.#submitAgain(request, reply.message, now);
    else tell(request, runFailure(reply));
    this.#policies.warm();
  }

  #judge(now: number): number {
    this.#unsent = [...giveUpLate(this.#unsent.splice(0), now), ...this.#unsent];
    const due = this.#unsent.reduce(
      (min, { ask }) => Math.min(min, ask.deadlineAt),
      Number.POSITIVE_INFINITY,
    );
    return Math.min(
      due,
      this.#crowd.judge(now),
      this.#channel?.judge(now, !this.#withSpare || this.#understudy !== undefined) ?? due,
      this.#understudy?.channel.judge(now, true) ?? due,
    );
  }

  #serveFrom(process: SandboxProcess): void {
    this.#starts += 1;
    this.#warnings = doorWarnings(process.doors);
    this.#firstStart.resolve();
    const known = this.#understudy?.channel.process === process ? this.#understudy : undefined;
    if (known !== undefined) this.#understudy = undefined;
    known?.retire();
    this.#channel = known?.channel ?? this.#channelTo(process);
    this.#onState({ state: 'ready', pid: process.pid, detail: 'serves' });
    const now = performance.now();
    this.#policies.moveTo(this.#channel, known?.loaded, known?.loading);
    for (const request of this.#unsent.splice(0)) this.#submit(request, now);
    this.#policies.warm();
  }

  #prepare(process: SandboxProcess): void {
    this.#understudy = new Understudy(this.#channelTo(process), this.#policies);
  }

  #loseSpare(why: string, isForeign: boolean): void {
    const spare = this.#understudy;
    this.#understudy = undefined;
    spare?.retire();
    const culprit = spare?.loading;
    if (spare === undefined || culprit === undefined || isForeign) return;
    culprit.charges.add(performance.now());
    this.#reasons.set(spare.channel.process, `${why} while it loaded ${culprit.key}, as a spare`);
  }

  #lose(process: SandboxProcess, why: string, isForeign: boolean): void {
    const pending = this.#channel?.drain() ?? [];
    const culprit = isForeign ? undefined : pending.shift();
    const [oldest] = pending;
    if (isForeign && oldest?.kind === 'load') this.#policies.noteLoadLost(oldest.policy, why);
    this.#channel = undefined;
    this.#policies.moveTo(undefined);
    const now = performance.now();
    this.#reasons.set(process, culprit === undefined ? why : this.#charge(culprit, why, now));
    for (const request of [...pending, ...this.#crowd.takeAll()]) {
      // Loads are made anew, when the next process has nothing better to do.
      if (request.kind === 'load') continue;
      // Its policy has just shown what it can do: it must not do the same to the next process at once.
      if (request.policy === culprit?.policy) blame(request, 'The policy has just ended its sandbox');
      else this.#submitAgain(request, `The sandbox was lost twice: ${why}`, now);
    }
  }

  #charge(culprit: PendingRequest, why: string, now: number): string {
    const { policy } = culprit;
    const message = `The sandbox was lost: ${why}`;
    policy.charges.add(now);
    if (culprit.kind === 'run') blame(culprit, message);
    else policy.settle({ ok: false, reason: culprit.hasOffended ? 'timeout' : 'crash', message });
    return `${why} while it ran ${policy.key}${policy.charges.quarantined ? ', which is quarantined now' : ''}`;
  }

  #noteExit(process: SandboxProcess, how: string): void {
    this.#firstStart.reject(new DnsteerError('START', `The sandbox does not start: ${how}`));
    if (this.#stopped) return;
    const reason = this.#reasons.get(process);
    const detail = reason === undefined ? how : `${how}; ${reason}`;
    this.#onState({ state: 'exited', pid: process.pid, detail });
  }
}
