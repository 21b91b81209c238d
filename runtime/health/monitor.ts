/**
 * Probes all declared targets, and knows the state of each.
 *
 * Owners (policies, by zone) declare all their targets at once, and again with each version. A target that
 * stays keeps its probes; a target of two owners is probed once, until neither declares it. A target whose timing
 * has changed is another, and begins in the state that its owner knew (memory.ts).
 */
import { checkKindOf } from './check-kinds.ts';
import { FlapFilter, type KnownState } from './flap-filter.ts';
import { HealthMemory, type HealthVerdict } from './memory.ts';
import { createNetworkProbe } from './network-probe.ts';
import type { Probe, ProbeResult } from './probe.ts';
import { Schedule, type Scheduled } from './schedule.ts';
import { type Target, type TargetState, targetPlace } from './target.ts';
import { probedOf } from './target-id.ts';
import { systemClock, type TimerClock } from './timer-clock.ts';

/** A change of a target's state, as listeners get it. */
export interface StateChange {
  readonly id: string;
  /** `unknown` when its probes begin, `gone` when they end. */
  readonly state: TargetState | 'gone';
  /** Why the last probe failed; `undefined` if it succeeded. */
  readonly problem: string | undefined;
  /** One of the owners that declare the target. */
  readonly owner: string;
  /** Whether the state was known before, and is no news to people. */
  readonly isRecalled?: boolean;
}

export type StateListener = (change: StateChange) => void;

/** `against`: how many results in a row contradict the state of a target. */
export type NearListener = (id: string, against: number) => void;

/** The state and last probe of one target, for people and metrics. */
export interface TargetReport {
  readonly id: string;
  /** What is probed, whatever the timing. */
  readonly probed: string;
  readonly type: string;
  /** Where the probe goes: `192.0.2.10:443`, and the label of its kind, such as the path of http. */
  readonly address: string;
  readonly state: TargetState;
  /** When the target entered this state, in milliseconds since 1970. */
  readonly since: number;
  /** Why the last probe failed; absent if it succeeded. */
  readonly problem?: string;
  /** How long the last probe took; absent before the first probe. */
  readonly latencyMs?: number;
  readonly owners: readonly string[];
}

export interface HealthMonitorOptions {
  readonly probe?: Probe;
  readonly clock?: TimerClock;
  /** Uniform over [0, 1). */
  readonly random?: () => number;
  /** The most probes in flight at a time. */
  readonly capacity?: number;
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
  readonly #listeners = new Set<StateListener>();
  readonly #nearListeners = new Set<NearListener>();
  readonly #memory: HealthMemory;
  /** Targets of which nothing is known yet, and who waits until there is none. */
  readonly #unknown = new Set<string>();
  readonly #anew = new Set<string>();
  readonly #awaitsAll = new Set<() => void>();

  constructor(options: HealthMonitorOptions = {}) {
    this.#probe = options.probe ?? createNetworkProbe();
    this.#clock = options.clock ?? systemClock;
    this.#memory = options.memory ?? new HealthMemory();
    this.#schedule = new Schedule({ ...options, clock: this.#clock });
  }

  /** Replaces the targets of an owner; an owner that is gone has none. */
  declare(owner: string, targets: readonly Target[]): void {
    const wanted = new Set(targets.map(({ id }) => id));
    for (const id of this.#declared.get(owner) ?? []) if (!wanted.has(id)) this.#release(owner, id);
    if (wanted.size > 0) this.#declared.set(owner, wanted);
    else this.#declared.delete(owner);
    for (const target of targets) {
      const watched = this.#watched.get(target.id) ?? this.#watch(target, owner);
      watched.tellsNear ||= target.tellsNear === true;
      if (watched.owners.has(owner)) continue;
      watched.owners.add(owner);
      watched.scheduled?.ownersGrew();
    }
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

  /** The state of each target by its id. */
  states(): ReadonlyMap<string, TargetState> {
    return new Map(Array.from(this.#watched, ([id, { filter }]) => [id, filter.state]));
  }

  /** Calls the listener with each change from now on; returns a function that ends this. */
  onChange(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener whenever a target that tells it comes nearer to a change of its state, or gets away from it. */
  onNear(listener: NearListener): void {
    this.#nearListeners.add(listener);
  }

  /** A report of each target. */
  snapshot(): TargetReport[] {
    return Array.from(this.#watched.values(), report);
  }

  /** Ends all probes, also those in flight, and forgets all targets. */
  stop(): void {
    for (const { scheduled } of this.#watched.values()) scheduled?.end();
    this.#watched.clear();
    this.#unknown.clear();
    this.#tellAllKnown();
    this.#declared.clear();
  }

  #watch(target: Target, owner: string): Watched {
    const now = this.#clock.now();
    const probed = probedOf(target);
    const known = this.#anew.delete(target.id) ? undefined : this.#memory.recall(owner, probed, now);
    const watched: Watched = {
      target,
      probed,
      owners: new Set([owner]),
      filter: new FlapFilter(target.rise, target.fall, known && stateOf(known)),
      since: known?.since ?? now,
      last: undefined,
      scheduled: undefined,
      tellsNear: false,
    };
    this.#watched.set(target.id, watched);
    if (known === undefined) this.#unknown.add(target.id);
    this.#tell(watched, known !== undefined);
    const task = async (signal: AbortSignal): Promise<void> => {
      const result = await this.#probe(target, signal);
      if (!signal.aborted) this.#take(watched, result);
    };
    watched.scheduled = this.#schedule.add(target.intervalMs, task, watched.owners);
    return watched;
  }

  #release(owner: string, id: string): void {
    const watched = this.#watched.get(id);
    if (watched?.owners.has(owner) !== true) return;
    this.#remember(watched, owner);
    watched.owners.delete(owner);
    if (watched.owners.size > 0) return;
    watched.scheduled?.end();
    this.#watched.delete(id);
    for (const listener of this.#listeners) listener({ id, state: 'gone', problem: undefined, owner });
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
      for (const listener of this.#nearListeners) listener(watched.target.id, filter.against);
    for (const owner of watched.owners) this.#remember(watched, owner);
    this.#isKnown(watched.target.id);
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

  #tell({ target: { id }, filter: { state }, last, owners }: Watched, isRecalled = false): void {
    const problem = last?.ok === false ? last.problem : undefined;
    const [owner = ''] = owners;
    for (const listener of this.#listeners)
      listener({ id, state, problem, owner, ...(isRecalled && { isRecalled }) });
  }
}

interface Watched {
  readonly target: Target;
  readonly probed: string;
  readonly owners: Set<string>;
  readonly filter: FlapFilter;
  since: number;
  last: ProbeResult | undefined;
  scheduled: Scheduled | undefined;
  tellsNear: boolean;
}

function stateOf({ state, isFromBefore = false }: HealthVerdict): KnownState {
  return { state, isCertain: !isFromBefore };
}

function report({ target, probed, owners, filter, since, last }: Watched): TargetReport {
  return {
    id: target.id,
    probed,
    type: target.type,
    address: targetPlace(target) + checkKindOf(target).label(target),
    state: filter.state,
    since: Math.floor(since),
    ...(last !== undefined && { latencyMs: last.elapsedMs }),
    ...(last?.ok === false && { problem: last.problem }),
    owners: [...owners].sort(),
  };
}
