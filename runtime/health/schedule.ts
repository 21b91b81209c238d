/**
 * Runs tasks: each task at once, then again and again, with an interval from start to start.
 *
 * A task never overlaps itself. Only so many tasks are in flight at a time; other due tasks wait in line,
 * which also spreads the first round of many. Intervals vary by a tenth up or down, so that tasks that
 * began together drift apart.
 */
import { systemClock, type TimerClock } from './timer-clock.ts';

/** A task must not reject; the signal asks it to end early. */
export type Task = (signal: AbortSignal) => Promise<unknown>;

export interface ScheduleOptions {
  readonly clock?: TimerClock;
  /** Uniform over [0, 1). */
  readonly random?: () => number;
  /** The most tasks in flight at a time. */
  readonly capacity?: number;
}

/** Runs any number of tasks. */
export class Schedule {
  readonly #clock: TimerClock;
  readonly #random: () => number;
  readonly #capacity: number;
  /** Due tasks that wait, in the order in which they became due. */
  readonly #line = new Set<Entry>();
  #inFlight = 0;

  constructor({ clock = systemClock, random = Math.random, capacity = CAPACITY }: ScheduleOptions = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#capacity = capacity;
  }

  /** Adds a task; returns a function that removes it and aborts its run in flight. */
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
 * A probe that times out is in flight for seconds, and when a whole site is gone the other targets must still
 * be probed on time; yet the sockets must leave room within the usual limit of 1024 descriptors.
 */
const CAPACITY = 256;
