/**
 * When tasks run: each at once, then again and again, an interval from start to start.
 *
 * A task never overlaps itself. All tasks together stay below a number in flight; those that are
 * due wait in line, which also spreads the first round of many. Intervals vary by a tenth up or
 * down, so that tasks that began together drift apart.
 */
import { systemClock, type TimerClock } from './timer-clock.ts';

/** Something to do. It must not reject; an aborted signal asks it to end early. */
export type Task = (signal: AbortSignal) => Promise<unknown>;

export interface ScheduleOptions {
  readonly clock?: TimerClock;
  /** Uniform over [0, 1). */
  readonly random?: () => number;
  /** Most tasks in flight at a time. */
  readonly capacity?: number;
}

/** Runs any number of tasks. */
export class Schedule {
  readonly #clock: TimerClock;
  readonly #random: () => number;
  readonly #capacity: number;
  /** Due, in the order in which they became so. */
  readonly #line = new Set<Entry>();
  #inFlight = 0;

  constructor({ clock = systemClock, random = Math.random, capacity = CAPACITY }: ScheduleOptions = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#capacity = capacity;
  }

  /** Begins to run a task; returns what ends it, now if it is in flight. */
  add(intervalMs: number, task: Task): () => void {
    const entry: Entry = { intervalMs, task, controller: new AbortController(), cancelTimer: () => {} };
    this.#join(entry);
    return () => {
      entry.controller.abort();
      entry.cancelTimer();
      this.#line.delete(entry);
    };
  }

  #join(entry: Entry): void {
    this.#line.add(entry);
    this.#serve();
  }

  #serve(): void {
    for (const entry of this.#line) {
      if (this.#inFlight >= this.#capacity) return;
      this.#line.delete(entry);
      void this.#run(entry);
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { controller, intervalMs, task } = entry;
    const due = this.#clock.now() + intervalMs * (1 - JITTER + 2 * JITTER * this.#random());
    this.#inFlight++;
    await task(controller.signal);
    this.#inFlight--;
    if (!controller.signal.aborted) {
      const wait = Math.max(0, due - this.#clock.now());
      entry.cancelTimer = this.#clock.after(wait, () => this.#join(entry));
    }
    this.#serve();
  }
}

interface Entry {
  readonly intervalMs: number;
  readonly task: Task;
  readonly controller: AbortController;
  cancelTimer: () => void;
}

const JITTER = 0.1;
/**
 * Targets that time out hold their place for seconds, and when a whole site is gone the others must
 * still be probed on time; yet sockets must leave room within the usual limit of 1024 descriptors.
 */
const CAPACITY = 256;
