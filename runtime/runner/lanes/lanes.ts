/**
 * Policies share a sandbox, and run in it one after the other. So a policy that runs too long, ends the
 * process or takes most of its time would delay the others again and again. Such an offender moves to a
 * second sandbox, where it can delay only other offenders:
 *
 *     shared ──over budget, out of memory, a hog──▶ loads in the second, meanwhile runs here ──▶ apart
 *        ▲ └──it ended the process, or once more──▶ at once; its fallback goes out meanwhile ──────▶ │
 *        └───────────────────────── five minutes without another offence ──────────────────────────┘
 *
 * And a policy whose top level takes long would delay the others each time it is loaded, as one with a large
 * budget may when it runs. Its home is a third sandbox, with its like. If the load shows to be long only in the shared
 * sandbox, it is stopped there soon, and made in the third.
 *
 * The second and the third start with the first policy that needs them, run at a lower priority, and end
 * with the last.
 */
import type { Script } from '../../rpc/script.ts';
import { Charges, type OffenceKind } from '../charges.ts';
import { LIGHT_BUDGET_MS, LIGHT_LOAD_MS, LIGHT_TOP_LEVEL_MS } from '../load-weight.ts';
import type { SandboxOptions } from '../options.ts';
import { zoneOfKey } from '../policy-key.ts';
import type { LoadLimits, LoadOutcome, RunAsk, RunOutcome } from '../runs-and-loads.ts';
import { Sandbox } from '../sandbox.ts';
import type { SandboxStats } from '../state.ts';
import { type LaneMember, LaneTime } from './lane-member.ts';
import { SideSandbox } from './side-sandbox.ts';

/** A policy may share again once it has not offended for so long. */
const PROBATION_MS = 300_000;
const LOOK_MS = 30_000;

export interface LaneStats extends SandboxStats {
  /** The second sandbox, while there is one. */
  readonly apart: Pick<SandboxStats, 'pid' | 'rssBytes'> | undefined;
  /** The third sandbox, for policies that are dear to load or may run long, while there is one. */
  readonly heavy: Pick<SandboxStats, 'pid' | 'rssBytes'> | undefined;
  /** Keys of the versions that run in the second. */
  readonly offenders: readonly string[];
}

/** What is known of a policy that is held. */
export interface LaneHold {
  /** The version that it takes the place of. */
  readonly before?: string | undefined;
  /** Processor time of the load in the trial, if that is dear. */
  readonly loadMs?: number | undefined;
  /** Processor time of a run at most. */
  readonly budgetMs?: number | undefined;
}

export class SandboxLanes {
  readonly #options: SandboxOptions;
  readonly #shared: Sandbox;
  readonly #members = new Map<string, LaneMember>();
  /** Zone → when a version of it last offended: the next version is watched from its first run on. */
  readonly #offences = new Map<string, number>();
  /** Zone → when a version of it last took too long to load in the shared sandbox. */
  readonly #heavyLoads = new Map<string, number>();
  readonly #apart: SideSandbox;
  readonly #heavy: SideSandbox;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SandboxOptions = {}) {
    this.#options = options;
    this.#shared = new Sandbox(options);
    this.#apart = new SideSandbox(options, 'apart, for policies that offended');
    this.#heavy = new SideSandbox(options, 'for policies that take long');
    this.#timer = setInterval(() => this.#endProbations(performance.now()), LOOK_MS).unref();
  }

  /** As {@link Sandbox.start}. */
  start(): Promise<void> {
    return this.#shared.start();
  }

  /** As {@link Sandbox.begin}: a policy is to come. The first that is held begins as well. */
  begin(): void {
    this.#shared.begin();
  }

  /** As {@link Sandbox.start} if there was a policy, or is to be; at once if there was none. */
  async startedIfNeeded(): Promise<void> {
    if (this.#shared.hasBegun) await this.#shared.start();
  }

  /** As {@link Sandbox.hold}. */
  async hold(
    key: string,
    script: Script,
    limits: LoadLimits,
    { before, loadMs = 0, budgetMs = 0 }: LaneHold = {},
  ): Promise<LoadOutcome | undefined> {
    this.begin();
    this.drop(key);
    const zone = zoneOfKey(key);
    const charges: Charges = new Charges(this.#offences.get(zone), (now, kind) =>
      this.#noteOffence(key, member, now, kind),
    );
    const mayRunLong = budgetMs > LIGHT_BUDGET_MS;
    const isHeavy = mayRunLong || loadMs > LIGHT_LOAD_MS || this.#heavyLoads.has(zone);
    const member: LaneMember = {
      script,
      limits,
      charges,
      isHeavy,
      movedHome: undefined,
      lane: 'home',
      until: 0,
      time: new LaneTime(),
    };
    this.#members.set(key, member);
    if (isHeavy) {
      const why = mayRunLong ? `may run for ${budgetMs} ms` : `takes ${loadMs.toFixed(1)} ms to load`;
      this.#tell(key, `${why}: it has a sandbox with its like`);
      return this.#loadHeavy(key, member);
    }
    const outcome = await this.#shared.hold({ key, script, limits: lightly(limits), charges }, before);
    return member.movedHome ?? outcome;
  }

  /** As {@link Sandbox.run}. */
  run(ask: RunAsk, done: (outcome: RunOutcome) => void): void {
    const member = this.#members.get(ask.key);
    if (member === undefined) {
      this.#shared.run(ask, done);
      return;
    }
    if (member.lane !== 'apart' && member.charges.isCharged && member.charges.isRecent(performance.now()))
      this.#moveNow(ask.key, member);
    const home = member.isHeavy ? this.#heavy.open() : this.#shared;
    const sandbox = member.lane === 'apart' ? this.#apart.sandbox : home;
    if (sandbox === undefined || (member.lane === 'apart' && !sandbox.isServing)) {
      const message = 'The policy is given a sandbox apart from the others';
      done({ ok: false, reason: member.charges.quarantined ? 'quarantined' : 'sandbox', message });
      return;
    }
    sandbox.run(ask, (outcome) => {
      if (outcome.ok && member.time.isHog(outcome.micros, performance.now())) {
        member.charges.suspect(performance.now());
      }
      done(outcome);
    });
  }

  /** As {@link Sandbox.drop}. */
  drop(key: string): void {
    this.#members.delete(key);
    this.#dropAtHome(key);
    this.#apart.sandbox?.drop(key);
  }

  /** As {@link Sandbox.release}. */
  release(key: string): void {
    this.#offences.delete(zoneOfKey(key));
    for (const sandbox of [this.#shared, this.#apart.sandbox, this.#heavy.sandbox]) sandbox?.release(key);
  }

  /** As {@link Sandbox.stop}, for all sandboxes. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#members.clear();
    await Promise.all([this.#shared.stop(), this.#apart.stop(), this.#heavy.stop()]);
  }

  stats(): LaneStats {
    const shared = this.#shared.stats();
    const sides = [this.#apart.stats, this.#heavy.stats].filter((stats) => stats !== undefined);
    return {
      ...shared,
      restarts: shared.restarts + this.#apart.restarts + this.#heavy.restarts,
      pending: sides.reduce((sum, { pending }) => sum + pending, shared.pending),
      quarantined: [shared, ...sides].flatMap(({ quarantined }) => quarantined),
      apart: this.#apart.stats,
      heavy: this.#heavy.stats,
      offenders: [...this.#members].filter(([, { lane }]) => lane === 'apart').map(([key]) => key),
    };
  }

  #noteOffence(key: string, member: LaneMember, now: number, kind: OffenceKind): void {
    if (this.#members.get(key) !== member) return;
    if (kind === 'load' && member.lane === 'home' && !member.isHeavy) {
      this.#moveHome(key, member, now);
      return;
    }
    const hasEnded = member.charges.isRecent(now);
    this.#offences.set(zoneOfKey(key), now);
    member.until = now + PROBATION_MS;
    if (member.lane === 'apart') return;
    // A second offence while the version is moving is too many as well.
    if (hasEnded || member.lane === 'moving') this.#moveNow(key, member);
    else void this.#moveWhenReady(key, member);
  }

  /** Moves a version to the third sandbox: it takes longer to load than others can wait. */
  #moveHome(key: string, member: LaneMember, now: number): void {
    this.#tell(key, `did not load within ${LIGHT_TOP_LEVEL_MS} ms: it is given a sandbox with its like`);
    this.#heavyLoads.set(zoneOfKey(key), now);
    member.isHeavy = true;
    member.movedHome = this.#loadHeavy(key, member);
    this.#shared.drop(key);
  }

  #loadHeavy(key: string, { script, limits, charges }: LaneMember): Promise<LoadOutcome> {
    return this.#heavy.open().load(key, script, limits, charges);
  }

  #dropAtHome(key: string): void {
    this.#shared.drop(key);
    this.#heavy.sandbox?.drop(key);
  }

  #tell(key: string, what: string): void {
    this.#options.onState?.({ state: 'moved', pid: 0, detail: `${key} ${what}` });
  }

  #moveNow(key: string, member: LaneMember): void {
    member.lane = 'apart';
    member.until = performance.now() + PROBATION_MS;
    void this.#apart.open().load(key, member.script, member.limits, member.charges);
    this.#dropAtHome(key);
  }

  async #moveWhenReady(key: string, member: LaneMember): Promise<void> {
    member.lane = 'moving';
    const apart = this.#apart.open();
    const loaded = await apart.load(key, member.script, member.limits, member.charges);
    if (this.#members.get(key) !== member) apart.drop(key);
    // The version may have ended the process meanwhile, and is apart already.
    else if (member.lane !== 'moving') return;
    else if (loaded.ok) {
      member.lane = 'apart';
      this.#dropAtHome(key);
    } else {
      member.lane = 'home';
      apart.drop(key);
    }
  }

  #endProbations(now: number): void {
    for (const past of [this.#offences, this.#heavyLoads]) {
      for (const [zone, at] of past) if (now - at > PROBATION_MS) past.delete(zone);
    }
    for (const [key, member] of this.#members) {
      if (member.lane === 'apart' && member.until <= now && !member.charges.quarantined) {
        void this.#moveBack(key, member);
      }
    }
    const members = [...this.#members.values()];
    if (members.every(({ lane }) => lane === 'home')) void this.#apart.close();
    if (!members.some(({ isHeavy }) => isHeavy)) void this.#heavy.close();
  }

  async #moveBack(key: string, member: LaneMember): Promise<void> {
    const { script, limits, charges } = member;
    const loaded = await (member.isHeavy
      ? this.#loadHeavy(key, member)
      : this.#shared.load(key, script, lightly(limits), charges));
    if (this.#members.get(key) !== member || !loaded.ok) return;
    member.lane = 'home';
    member.time = new LaneTime();
    this.#apart.sandbox?.drop(key);
  }
}

/** Limits for a load in the shared sandbox, where others wait. */
function lightly(limits: LoadLimits): LoadLimits {
  return { ...limits, timeoutMs: Math.min(limits.timeoutMs, LIGHT_TOP_LEVEL_MS) };
}
