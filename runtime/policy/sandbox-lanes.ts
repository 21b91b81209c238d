/**
 * Policies share a sandbox, and run in it one after the other. So one that runs too long, ends the
 * process or takes most of its time would delay the others again and again. Such an offender is moved
 * to a second sandbox, where it can delay none but its like:
 *
 *     shared ──over budget, out of memory, a hog──▶ loads in the second, meanwhile runs here ──▶ apart
 *        ▲ └──it ended the process, or once more──▶ at once; its fallback goes out meanwhile ──────▶ │
 *        └───────────────────────── five minutes without another offence ──────────────────────────┘
 *
 * The second process is started with the first offence, runs at a lower priority, and ends with the last offender.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Charges } from './charges.ts';
import type { LoadLimits, LoadOutcome } from './held-policies.ts';
import { OFFENDERS_PRIORITY } from './priority.ts';
import { Sandbox, type SandboxOptions } from './sandbox.ts';
import type { RunAsk, RunOutcome } from './sandbox-request.ts';
import type { SandboxState, SandboxStats } from './sandbox-state.ts';

/** Without an offence for so long, a policy may share again. */
const PROBATION_MS = 300_000;
const LOOK_MS = 30_000;
/** A hog uses more than this part of the sandbox's time, ... */
const MOST_SHARE = 0.25;
const WINDOW_MS = 1000;
/** Until the trouble that the offence made is over: starting a process takes what others need just then. */
const RELIEF_MS = 50;
/** ... with runs that are slow: many quick ones are just many queries. */
const SLOW_MICROS = 1000;

export interface LaneStats extends SandboxStats {
  /** The second sandbox, while there is one. */
  readonly apart: Pick<SandboxStats, 'pid' | 'rssBytes'> | undefined;
  /** Versions that run there. */
  readonly offenders: readonly string[];
}

/** One version, wherever it runs. */
interface Member {
  readonly script: string;
  readonly limits: LoadLimits;
  readonly charges: Charges;
  lane: 'shared' | 'moving' | 'apart';
  /** When its probation ends. */
  until: number;
  /** What its runs took since the window began, and how many there were. */
  micros: number;
  runs: number;
  windowFrom: number;
}

export class SandboxLanes {
  readonly #options: SandboxOptions;
  readonly #shared: Sandbox;
  readonly #members = new Map<string, Member>();
  /** Zone → when a version of it last offended: the next one is watched from its first run on. */
  readonly #offences = new Map<string, number>();
  #apart: Sandbox | undefined;
  #apartStarted: Promise<void> = Promise.resolve();
  /** Of second sandboxes that have ended. */
  #restartsBefore = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SandboxOptions = {}) {
    this.#options = options;
    this.#shared = new Sandbox(options);
    this.#timer = setInterval(() => this.#endProbations(performance.now()), LOOK_MS).unref();
  }

  /** As {@link Sandbox.start}. */
  start(): Promise<void> {
    return this.#shared.start();
  }

  /** As {@link Sandbox.hold}. */
  hold(key: string, script: string, limits: LoadLimits, before?: string): Promise<LoadOutcome | undefined> {
    this.drop(key);
    const charges: Charges = new Charges(this.#offences.get(zoneOf(key)), (now) =>
      this.#noteOffence(key, member, now),
    );
    const fresh = { lane: 'shared', until: 0, micros: 0, runs: 0, windowFrom: performance.now() } as const;
    const member: Member = { script, limits, charges, ...fresh };
    this.#members.set(key, member);
    return this.#shared.hold({ key, script, limits, charges }, before);
  }

  /** As {@link Sandbox.run}. */
  run(ask: RunAsk, done: (outcome: RunOutcome) => void): void {
    const member = this.#members.get(ask.key);
    if (member === undefined) {
      this.#shared.run(ask, done);
      return;
    }
    if (member.lane !== 'apart' && member.charges.isRecent(performance.now())) this.#moveNow(ask.key, member);
    const sandbox = member.lane === 'apart' ? this.#apart : this.#shared;
    if (sandbox === undefined || (member.lane === 'apart' && !sandbox.isServing)) {
      const message = 'The policy is given a sandbox apart from the others';
      done({ ok: false, reason: member.charges.quarantined ? 'quarantined' : 'sandbox', message });
      return;
    }
    sandbox.run(ask, (outcome) => {
      if (outcome.ok && isHog(member, outcome.micros, performance.now())) {
        member.charges.suspect(performance.now());
      }
      done(outcome);
    });
  }

  /** As {@link Sandbox.drop}. */
  drop(key: string): void {
    this.#members.delete(key);
    this.#shared.drop(key);
    this.#apart?.drop(key);
  }

  /** As {@link Sandbox.release}. */
  release(key: string): void {
    this.#offences.delete(zoneOf(key));
    this.#shared.release(key);
    this.#apart?.release(key);
  }

  /** As {@link Sandbox.stop}, of both. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#members.clear();
    await Promise.all([this.#shared.stop(), this.#apart?.stop()]);
  }

  stats(): LaneStats {
    const shared = this.#shared.stats();
    const apart = this.#apart?.stats();
    return {
      ...shared,
      restarts: shared.restarts + this.#restartsBefore + (apart?.restarts ?? 0),
      pending: shared.pending + (apart?.pending ?? 0),
      quarantined: [...shared.quarantined, ...(apart?.quarantined ?? [])],
      apart,
      offenders: [...this.#members].filter(([, { lane }]) => lane === 'apart').map(([key]) => key),
    };
  }

  #noteOffence(key: string, member: Member, now: number): void {
    if (this.#members.get(key) !== member) return;
    const hasEnded = member.charges.isRecent(now);
    this.#offences.set(zoneOf(key), now);
    member.until = now + PROBATION_MS;
    if (member.lane === 'apart') return;
    // Once more while it is being moved is too often as well.
    if (hasEnded || member.lane === 'moving') this.#moveNow(key, member);
    else void this.#moveWhenReady(key, member);
  }

  #moveNow(key: string, member: Member): void {
    member.lane = 'apart';
    member.until = performance.now() + PROBATION_MS;
    void this.#openApart().load(key, member.script, member.limits, member.charges);
    this.#shared.drop(key);
  }

  async #moveWhenReady(key: string, member: Member): Promise<void> {
    member.lane = 'moving';
    const apart = this.#openApart();
    const loaded = await apart.load(key, member.script, member.limits, member.charges);
    if (this.#members.get(key) !== member) apart.drop(key);
    // It may have ended the process meanwhile, and is apart already.
    else if (member.lane !== 'moving') return;
    else if (loaded.ok) {
      member.lane = 'apart';
      this.#shared.drop(key);
    } else {
      member.lane = 'shared';
      apart.drop(key);
    }
  }

  #openApart(): Sandbox {
    if (this.#apart !== undefined) return this.#apart;
    const onState = (event: SandboxState): void =>
      this.#options.onState?.({ ...event, detail: `${event.detail} (apart, for policies that offended)` });
    const apart = new Sandbox({
      ...this.#options,
      spare: false,
      priority: OFFENDERS_PRIORITY,
      onState,
    });
    this.#apart = apart;
    // Without it offenders fall back; the next offence tries again.
    this.#apartStarted = sleep(RELIEF_MS, undefined, { ref: false })
      .then(() => apart.start())
      .catch(() => {
        if (this.#apart === apart) this.#apart = undefined;
      });
    return apart;
  }

  #endProbations(now: number): void {
    for (const [zone, at] of this.#offences) if (now - at > PROBATION_MS) this.#offences.delete(zone);
    for (const [key, member] of this.#members) {
      if (member.lane === 'apart' && member.until <= now && !member.charges.quarantined) {
        void this.#moveBack(key, member);
      }
    }
    const isEmpty = [...this.#members.values()].every(({ lane }) => lane === 'shared');
    if (isEmpty) void this.#closeApart();
  }

  async #moveBack(key: string, member: Member): Promise<void> {
    const loaded = await this.#shared.load(key, member.script, member.limits, member.charges);
    if (this.#members.get(key) !== member || !loaded.ok) return;
    Object.assign(member, { lane: 'shared', micros: 0, runs: 0, windowFrom: performance.now() });
    this.#apart?.drop(key);
  }

  async #closeApart(): Promise<void> {
    const apart = this.#apart;
    if (apart === undefined) return;
    this.#apart = undefined;
    await this.#apartStarted;
    this.#restartsBefore += apart.stats().restarts;
    await apart.stop();
  }
}

/** Of `example.com@1a2b3c4d`. */
function zoneOf(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

/** Counts a run, and tells whether it is of one that takes too large a part of the time. */
function isHog(member: Member, micros: number, now: number): boolean {
  if (now - member.windowFrom > WINDOW_MS) {
    member.windowFrom = now;
    member.micros = 0;
    member.runs = 0;
  }
  member.micros += micros;
  member.runs += 1;
  return member.micros > 1000 * WINDOW_MS * MOST_SHARE && member.micros > member.runs * SLOW_MICROS;
}
