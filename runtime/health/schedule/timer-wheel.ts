/**
 * Calls back for many that wait, each for a time of its own. All that fall due within one step share a timer and a turn of
 * the event loop, where a timer for each would wake control for each, and take three objects of it.
 */
import type { TimerClock } from '../timer-clock.ts';

/** Milliseconds: so much later than it should be is the most that one is called. */
const STEP_MS = 20;
/** Milliseconds by which a timer of Node may be early: they count whole ones. */
const EARLY_MS = 1;
/** Steps that are looked at one by one for the next that has somebody, before all of them are. */
const NEAR_STEPS = 64;

export class TimerWheel<T> {
  readonly #clock: TimerClock;
  readonly #call: (one: T) => void;
  /** By step since 1970, those who fall due in it. */
  readonly #waiting = new Map<number, Set<T>>();
  #passed = Number.NEGATIVE_INFINITY;
  #next = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => {};

  constructor(clock: TimerClock, call: (one: T) => void) {
    this.#clock = clock;
    this.#call = call;
  }

  /** Has it called at a time, in milliseconds since 1970. Returns the step by which it is deleted again. */
  add(one: T, at: number): number {
    const step = Math.max(Math.ceil(at / STEP_MS), this.#passed + 1);
    const others = this.#waiting.get(step);
    if (others === undefined) this.#waiting.set(step, new Set([one]));
    else others.add(one);
    if (step < this.#next) this.#await(step);
    return step;
  }

  delete(one: T, step: number): void {
    const others = this.#waiting.get(step);
    if (others?.delete(one) !== true || others.size > 0) return;
    this.#waiting.delete(step);
    if (this.#waiting.size === 0) this.#await(Number.POSITIVE_INFINITY);
  }

  #await(step: number): void {
    this.#cancelTimer();
    this.#next = step;
    if (step === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(0, step * STEP_MS - this.#clock.now());
    this.#cancelTimer = this.#clock.after(wait, () => this.#turn());
  }

  #turn(): void {
    const now = Math.floor((this.#clock.now() + EARLY_MS) / STEP_MS);
    while (this.#next <= now) {
      const step = this.#next;
      // Who is added meanwhile waits for a later step, so that this one ends.
      this.#passed = step;
      for (const one of this.#waiting.get(step) ?? []) this.#call(one);
      this.#waiting.delete(step);
      this.#next = this.#following(step);
    }
    this.#await(this.#next);
  }

  /** The next step that somebody waits for. */
  #following(step: number): number {
    for (let near = step + 1; near <= step + NEAR_STEPS; near += 1) if (this.#waiting.has(near)) return near;
    let least = Number.POSITIVE_INFINITY;
    for (const one of this.#waiting.keys()) if (one < least) least = one;
    return least;
  }
}
