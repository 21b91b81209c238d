/**
 * Probes all declared targets, and knows the state of each.
 *
 * Owners (policies, by zone) declare all their targets at once, and again with each version. A target that
 * stays keeps its probes; a target of two owners is probed once, until neither declares it. A target whose timing
 * has changed is another, and begins in the state that its owner knew (memory.ts). What owners combine follows from
 * the states of its targets (combined-states.ts).
 */
import { checkKindOf } from './check-kinds.ts';
import { type HealthSubject, isCombination, probedTargets } from './combination.ts';
import { type Combined, CombinedStates } from './combined-states.ts';
import {
  HealthListeners,
  type NearListener,
  type StateChange,
  type StateListener,
  type ValueListener,
} from './health-listeners.ts';
import { HealthMemory } from './memory.ts';
import { createNetworkProbe } from './network-probe.ts';
import { NO_OWNERS, OwnerSets } from './owner-sets.ts';
import type { Probe, ProbeResult } from './probe.ts';
import { PushBoard } from './push-board.ts';
import { combinedReport, reportOf, type TargetReport } from './reports.ts';
import { Schedule, type Scheduled } from './schedule/schedule.ts';
import type { Target, TargetState } from './target.ts';
import { probedOf } from './target-id.ts';
import { systemClock, type TimerClock } from './timer-clock.ts';
import { type Watched, watchedFrom } from './watched.ts';

export interface HealthMonitorOptions {
  readonly probe?: Probe;
  readonly clock?: TimerClock;
  /** Uniform over [0, 1). */
  readonly random?: () => number;
  /** The most probes in flight at a time. */
  readonly capacity?: number;
  /** Where states are pushed that nobody probes. */
  readonly pushes?: PushBoard;
  /** What earlier probes saw. */
  readonly memory?: HealthMemory;
}

/** All probes of a server. The monitor keeps no process alive. */
export class HealthMonitor {
  readonly #probe: Probe;
  readonly #clock: TimerClock;
  readonly #schedule: Schedule;
  readonly #watched = new Map<string, Watched>();
  /** By owner, the ids of the targets it declares. */
  readonly #declared = new Map<string, ReadonlySet<string>>();
  readonly #listeners = new HealthListeners();
  readonly #memory: HealthMemory;
  /** Targets of which nothing is known yet, and who waits until there is none. */
  readonly #unknown = new Set<string>();
  readonly #anew = new Set<string>();
  readonly #awaitsAll = new Set<() => void>();
  readonly #combined: CombinedStates;
  readonly #pushes: PushBoard;
  readonly #ownerSets = new OwnerSets();

  constructor(options: HealthMonitorOptions = {}) {
    this.#probe = options.probe ?? createNetworkProbe();
    this.#clock = options.clock ?? systemClock;
    this.#memory = options.memory ?? new HealthMemory();
    this.#schedule = new Schedule({ ...options, clock: this.#clock });
    this.#pushes = options.pushes ?? new PushBoard(this.#clock);
    this.#combined = new CombinedStates({
      stateOf: (id) => this.#watched.get(id)?.filter.state ?? 'unknown',
      now: () => this.#clock.now(),
      tell: (combined, state, isRecalled) => this.#tellCombined(combined, state, isRecalled),
      valuesOf: (id) => this.#watched.get(id)?.values.told ?? {},
      tellValues: (id, values) => this.#listeners.tellValues(id, values),
    });
  }

  /** Replaces what an owner has checked; an owner that is gone has nothing. */
  declare(owner: string, checked: readonly HealthSubject[]): void {
    const alone = new Map(checked.flatMap((one) => (isCombination(one) ? [] : [[one.id, one] as const])));
    const targets = new Map(checked.flatMap(probedTargets).map((target) => [target.id, target]));
    const combinations = checked.filter(isCombination);
    this.#combined.dropOthers(owner, combinations);
    for (const id of this.#declared.get(owner) ?? []) if (!targets.has(id)) this.#release(owner, id);
    if (targets.size > 0) this.#declared.set(owner, new Set(targets.keys()));
    else this.#declared.delete(owner);
    for (const target of targets.values())
      this.#hold(alone.get(target.id) ?? target, owner, alone.has(target.id));
    this.#combined.hold(owner, combinations);
    if (targets.size === 0) this.#ownerSets.forget(owner);
  }

  /** Of these targets another server knew last: the memory says nothing of them. */
  beginAnew(ids: readonly string[]): void {
    for (const id of ids) this.#anew.add(id);
  }

  /** Resolves as soon as something is known of every target. */
  allKnown(): Promise<void> {
    if (this.#unknown.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaitsAll.add(resolve);
    return promise;
  }

  /** The state of each that something may go by, by its id. */
  states(): ReadonlyMap<string, TargetState> {
    const alone = [...this.#watched].filter(([, { aloneOf }]) => aloneOf.size > 0);
    const combined = [...this.#combined.all()];
    return new Map([
      ...alone.map(([id, { filter }]) => [id, filter.state] as const),
      ...combined.map(({ combination, state }) => [combination.id, state] as const),
    ]);
  }

  /** Calls the listener with each change from now on; returns a function that ends this. */
  onChange(listener: StateListener): () => void {
    return this.#listeners.onChange(listener);
  }

  /** Calls the listener with values from now on, of all that something may go by. */
  onValues(listener: ValueListener): void {
    this.#listeners.onValues(listener);
  }

  /** Calls the listener whenever a target that tells it comes nearer to a change of its state, or gets away from it. */
  onNear(listener: NearListener): void {
    this.#listeners.onNear(listener);
  }

  /** A report of each target, and of each combination. */
  snapshot(): TargetReport[] {
    const reports = new Map(
      Array.from(this.#watched, ([id, { target, filter, ...watch }]) => [
        id,
        reportOf(target, { ...watch, state: filter.state }),
      ]),
    );
    const combined = Array.from(this.#combined.all(), ({ combination, ...watch }) =>
      combinedReport(combination, watch, reports),
    );
    return [...reports.values(), ...combined];
  }

  /** Ends all probes, also those in flight, and forgets all targets. */
  stop(): void {
    for (const watched of this.#watched.values()) this.#end(watched);
    this.#watched.clear();
    this.#combined.clear();
    this.#unknown.clear();
    this.#tellAllKnown();
    this.#declared.clear();
  }

  #hold(target: Target, owner: string, isAlone: boolean): void {
    const watched = this.#watched.get(target.id) ?? this.#watch(target, owner, isAlone);
    watched.tellsNear ||= target.tellsNear === true;
    this.#setOwners(watched, this.#ownerSets.with(watched.owners, owner));
    this.#setAlone(watched, owner, isAlone);
  }

  #setOwners(watched: Watched, owners: ReadonlySet<string>): void {
    if (owners === watched.owners) return;
    watched.owners = owners;
    if (watched.scheduled !== undefined) this.#schedule.setOwners(watched.scheduled, owners);
  }

  #end({ scheduled, unfollow }: Watched): void {
    if (scheduled !== undefined) this.#schedule.end(scheduled);
    unfollow?.();
  }

  /** Whether an owner goes by the state of a target itself. For others its state begins, or ends, with that. */
  #setAlone(watched: Watched, owner: string, isAlone: boolean): void {
    const { target, aloneOf } = watched;
    const wasPart = aloneOf.size === 0;
    watched.aloneOf = isAlone
      ? this.#ownerSets.with(aloneOf, owner)
      : this.#ownerSets.without(aloneOf, owner);
    const isPart = watched.aloneOf.size === 0;
    if (wasPart && !isPart) {
      this.#tell(watched, true);
      this.#listeners.tellValues(target.id, watched.values.told);
    } else if (isPart && !wasPart) this.#listeners.tellGone(target.id, owner, false);
  }

  #watch(target: Target, owner: string, isAlone: boolean): Watched {
    const now = this.#clock.now();
    const probed = probedOf(target);
    const known = this.#anew.delete(target.id) ? undefined : this.#memory.recall(owner, probed, now);
    const watched = watchedFrom(target, probed, known, now);
    watched.owners = this.#ownerSets.with(NO_OWNERS, owner);
    if (isAlone) watched.aloneOf = watched.owners;
    this.#watched.set(target.id, watched);
    // Whoever pushes need not do so soon: nobody waits for it.
    if (known === undefined && checkKindOf(target).isPushed !== true) this.#unknown.add(target.id);
    this.#tell(watched, known !== undefined);
    if (checkKindOf(target).isPushed) watched.unfollow = this.#follow(watched);
    else watched.scheduled = this.#probeOften(watched);
    return watched;
  }

  #probeOften(watched: Watched): Scheduled {
    const { target, owners } = watched;
    const task = async (signal: AbortSignal): Promise<void> => {
      const result = await this.#probe(target, signal);
      if (!signal.aborted) this.#take(watched, result);
    };
    return this.#schedule.add(target.intervalMs, task, owners);
  }

  #follow(watched: Watched): () => void {
    const { address: name, intervalMs: expiresMs } = watched.target;
    return this.#pushes.follow({ name, expiresMs }, (result) => this.#take(watched, result));
  }

  #release(owner: string, id: string): void {
    const watched = this.#watched.get(id);
    if (watched?.owners.has(owner) !== true) return;
    this.#remember(watched, owner);
    const others = this.#ownerSets.without(watched.owners, owner);
    if (others.size > 0) {
      this.#setOwners(watched, others);
      this.#setAlone(watched, owner, false);
      return;
    }
    this.#end(watched);
    this.#watched.delete(id);
    this.#listeners.tellGone(id, owner, watched.aloneOf.size === 0);
    this.#isKnown(id);
  }

  #take(watched: Watched, result: ProbeResult): void {
    const { filter } = watched;
    const { state: before, against } = filter;
    watched.last = result;
    if (filter.add(result.ok) !== before) {
      watched.since = this.#clock.now();
      this.#tell(watched);
    }
    if (watched.tellsNear && filter.against !== against)
      this.#listeners.tellNear(watched.target.id, filter.against);
    for (const owner of watched.owners) this.#remember(watched, owner);
    this.#takeValues(watched, result);
    this.#isKnown(watched.target.id);
  }

  #takeValues({ target, values, aloneOf }: Watched, result: ProbeResult): void {
    values.add(result, checkKindOf(target).isPushed !== true);
    const news = values.news();
    if (news === undefined) return;
    if (aloneOf.size > 0) this.#listeners.tellValues(target.id, news);
    this.#combined.valuesChanged(target.id);
  }

  #remember({ probed, since, filter: { state } }: Watched, owner: string): void {
    if (state !== 'unknown') this.#memory.note(owner, probed, { state, since, at: this.#clock.now() });
  }

  #isKnown(id: string): void {
    if (this.#unknown.delete(id) && this.#unknown.size === 0) this.#tellAllKnown();
  }

  #tellAllKnown(): void {
    for (const resolve of this.#awaitsAll) resolve();
    this.#awaitsAll.clear();
  }

  #tell({ target: { id }, filter: { state }, last, owners, aloneOf }: Watched, isRecalled = false): void {
    const problem = last?.ok === false ? last.problem : undefined;
    const [owner = ''] = owners;
    this.#listeners.tell({ id, state, problem, owner, isRecalled, isPart: aloneOf.size === 0 });
    this.#combined.targetChanged(id);
  }

  #tellCombined(
    { combination: { id }, owners }: Combined,
    state: StateChange['state'],
    isRecalled: boolean,
  ): void {
    const [owner = ''] = owners;
    this.#listeners.tell({ id, state, problem: undefined, owner, isRecalled });
  }
}
