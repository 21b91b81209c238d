/**
 * Probes all declared targets, and knows the state of each.
 *
 * Owners (policies, by zone) declare all their targets at once, and again with each version. A target that
 * stays keeps its probes; a target of two owners is probed once, until neither declares it.
 */
import { checkKindOf } from './check-kinds.ts';
import { FlapFilter } from './flap-filter.ts';
import { createNetworkProbe } from './network-probe.ts';
import type { Probe, ProbeResult } from './probe.ts';
import { Schedule } from './schedule.ts';
import { type Target, type TargetState, targetPlace } from './target.ts';
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
}

export type StateListener = (change: StateChange) => void;

/** The state and last probe of one target, for people and metrics. */
export interface TargetReport {
  readonly id: string;
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

  constructor(options: HealthMonitorOptions = {}) {
    this.#probe = options.probe ?? createNetworkProbe();
    this.#clock = options.clock ?? systemClock;
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
      watched.owners.add(owner);
    }
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

  /** A report of each target. */
  snapshot(): TargetReport[] {
    return Array.from(this.#watched.values(), report);
  }

  /** Ends all probes, also those in flight, and forgets all targets. */
  stop(): void {
    for (const { end } of this.#watched.values()) end();
    this.#watched.clear();
    this.#declared.clear();
  }

  #watch(target: Target, owner: string): Watched {
    const watched: Watched = {
      target,
      owners: new Set([owner]),
      filter: new FlapFilter(target.rise, target.fall),
      since: this.#clock.now(),
      last: undefined,
      end: () => {},
    };
    this.#watched.set(target.id, watched);
    this.#tell(watched);
    watched.end = this.#schedule.add(target.intervalMs, async (signal) => {
      const result = await this.#probe(target, signal);
      if (!signal.aborted) this.#take(watched, result);
    });
    return watched;
  }

  #release(owner: string, id: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined || !watched.owners.delete(owner) || watched.owners.size > 0) return;
    watched.end();
    this.#watched.delete(id);
    for (const listener of this.#listeners) listener({ id, state: 'gone', problem: undefined, owner });
  }

  #take(watched: Watched, result: ProbeResult): void {
    const before = watched.filter.state;
    watched.last = result;
    if (watched.filter.add(result.ok) === before) return;
    watched.since = this.#clock.now();
    this.#tell(watched);
  }

  #tell({ target: { id }, filter: { state }, last, owners }: Watched): void {
    const problem = last?.ok === false ? last.problem : undefined;
    const [owner = ''] = owners;
    for (const listener of this.#listeners) listener({ id, state, problem, owner });
  }
}

interface Watched {
  readonly target: Target;
  readonly owners: Set<string>;
  readonly filter: FlapFilter;
  since: number;
  last: ProbeResult | undefined;
  end: () => void;
}

function report({ target, owners, filter, since, last }: Watched): TargetReport {
  return {
    id: target.id,
    type: target.type,
    address: targetPlace(target) + checkKindOf(target).label(target),
    state: filter.state,
    since: Math.floor(since),
    ...(last !== undefined && { latencyMs: last.elapsedMs }),
    ...(last?.ok === false && { problem: last.problem }),
    owners: [...owners].sort(),
  };
}
