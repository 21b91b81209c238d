/**
 * Runs tasks: each task soon, then again and again, with an interval from start to start.
 *
 * A task never overlaps itself. Only so many tasks are in flight at a time; other due tasks wait in line, and owners
 * take turns. An owner in line who has fewer in flight than another gets a place of the other's, whose youngest run is
 * called off and waits once more: tasks that take long hold up those of their own owner, and nobody else's.
 *
 * The first runs of many tasks that come together are spread (first-runs.ts), and intervals vary by a tenth up or
 * down, so that tasks that began together drift apart. What waits does so on a wheel (timer-wheel.ts).
 */
import { mostOpenFiles } from '../../base/process/process-usage.ts';
import { systemClock, type TimerClock } from '../timer-clock.ts';
import { FairLine } from './fair-line.ts';
import { FirstRuns } from './first-runs.ts';
import { TimerWheel } from './timer-wheel.ts';

/** A task must not reject; the signal asks it to end early, and its result has no meaning then. */
export type Task = (signal: AbortSignal) => Promise<unknown>;

export interface ScheduleOptions {
  readonly clock?: TimerClock;
  /** Uniform over [0, 1). */
  readonly random?: () => number;
  /** The most tasks in flight at a time. */
  readonly capacity?: number;
}

/** A task on the schedule. */
export interface Scheduled {
  readonly task: Task;
  readonly owners: ReadonlySet<string>;
}

/** Runs any number of tasks. */
export class Schedule {
  readonly #clock: TimerClock;
  readonly #random: () => number;
  readonly #capacity: number;
  /** Due tasks that wait. */
  readonly #line = new FairLine<Entry>();
  readonly #firstRuns: FirstRuns<Entry>;
  /** Tasks that are not due. */
  readonly #wheel: TimerWheel<Entry>;
  /** Runs in flight by the owner whose turn they took, oldest first. */
  readonly #runs = new Map<string, Run[]>();
  #inFlight = 0;

  constructor({ clock = systemClock, random = Math.random, capacity = CAPACITY }: ScheduleOptions = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#capacity = capacity;
    this.#firstRuns = new FirstRuns(clock, (entry) => this.#join(entry));
    this.#wheel = new TimerWheel(clock, (entry) => this.#join(entry));
  }

  /** Adds a task of some owners, who are never none. */
  add(intervalMs: number, task: Task, owners: ReadonlySet<string> = COMMON): Scheduled {
    const entry: Entry = { intervalMs, task, owners, run: undefined, step: 0 };
    this.#firstRuns.add(entry);
    return entry;
  }

  /** Gives a task other owners. Where it stands in line for one who is gone, it keeps that place. */
  setOwners(scheduled: Scheduled, owners: ReadonlySet<string>): void {
    const entry = scheduled as Entry;
    entry.owners = owners;
    this.#firstRuns.ownersChanged(entry);
    if (!this.#line.has(entry)) return;
    this.#line.add(entry);
    this.#serve();
  }

  /** Removes a task, and aborts its run in flight. */
  end(scheduled: Scheduled): void {
    const entry = scheduled as Entry;
    this.#wheel.delete(entry, entry.step);
    this.#firstRuns.delete(entry);
    this.#line.delete(entry);
    if (entry.run === undefined) return;
    this.#callOff(entry.run);
    this.#serve();
  }

  #join(entry: Entry): void {
    if (this.#line.size === 0 && this.#inFlight < this.#capacity) {
      // Nobody is before it.
      void this.#run(entry, this.#neediest(entry.owners));
      return;
    }
    this.#line.add(entry);
    this.#serve();
  }

  #serve(): void {
    while (this.#line.size > 0) {
      const owner = this.#neediest(this.#line.owners());
      if (this.#inFlight >= this.#capacity && !this.#makeRoomFor(owner)) return;
      const entry = this.#line.take(owner);
      if (entry !== undefined) void this.#run(entry, owner);
    }
  }

  /** The owner of these who has the fewest runs in flight. */
  #neediest(owners: Iterable<string>): string {
    let [found, least] = ['', Number.POSITIVE_INFINITY];
    for (const owner of owners) {
      const count = this.#runsOf(owner).length;
      if (count < least) [found, least] = [owner, count];
      if (least === 0) break;
    }
    return found;
  }

  /** Calls off the youngest run of who has the most, if that leaves him no fewer than the owner gets. */
  #makeRoomFor(owner: string): boolean {
    let most: readonly Run[] = [];
    for (const runs of this.#runs.values()) if (runs.length > most.length) most = runs;
    const youngest = most.at(-1);
    if (youngest === undefined || most.length < this.#runsOf(owner).length + 2) return false;
    this.#callOff(youngest);
    this.#line.add(youngest.entry);
    return true;
  }

  #runsOf(owner: string): readonly Run[] {
    return this.#runs.get(owner) ?? [];
  }

  async #run(entry: Entry, owner: string): Promise<void> {
    const { intervalMs, task } = entry;
    const run: Run = { entry, owner, controller: new AbortController() };
    entry.run = run;
    this.#inFlight += 1;
    const others = this.#runs.get(owner);
    if (others === undefined) this.#runs.set(owner, [run]);
    else others.push(run);
    const due = this.#clock.now() + intervalMs * (1 - JITTER + 2 * JITTER * this.#random());
    await task(run.controller.signal);
    // Its place was given away before it ended.
    if (entry.run !== run) return;
    this.#leave(run);
    entry.step = this.#wheel.add(entry, Math.max(due, this.#clock.now()));
    this.#serve();
  }

  /** Aborts a run; its place is free at once, whenever its task ends. */
  #callOff(run: Run): void {
    this.#leave(run);
    run.controller.abort();
  }

  #leave(run: Run): void {
    const { entry, owner } = run;
    entry.run = undefined;
    this.#inFlight -= 1;
    const runs = this.#runs.get(owner) ?? [];
    if (runs.length === 1) this.#runs.delete(owner);
    else runs.splice(runs.indexOf(run), 1);
  }
}

interface Entry extends Scheduled {
  readonly intervalMs: number;
  readonly task: Task;
  owners: ReadonlySet<string>;
  run: Run | undefined;
  /** Where it waits on the wheel, if it does. */
  step: number;
}

interface Run {
  readonly entry: Entry;
  /** Whose turn it took. */
  readonly owner: string;
  readonly controller: AbortController;
}

const COMMON: ReadonlySet<string> = new Set(['']);
const JITTER = 0.1;
/**
 * A probe that times out is in flight for seconds, and when a whole site is gone the other targets must still
 * be probed on time; yet the sockets must leave room within the usual limit of 1024 descriptors. Where the system
 * allows more, more owners have a place each.
 */
const CAPACITY = Math.min(Math.max(256, Math.floor((mostOpenFiles() ?? 0) / 8)), 2048);
