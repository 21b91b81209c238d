/**
 * Spreads the first runs of tasks that come together, as at a start or with a policy of many pools: a few begin at
 * once, the others within a second and a half. The servers that are probed, and control, have no burst to bear.
 */

import type { TimerClock } from '../timer-clock.ts';
import { FairLine, type Owned } from './fair-line.ts';

/** Tasks that begin at once. */
const AT_ONCE = 8;
/** Milliseconds over which the others are spread, and between two looks at them. */
const SPREAD_MS = 1500;
const STEP_MS = 20;
const STEPS = SPREAD_MS / STEP_MS;

export class FirstRuns<T extends Owned> {
  readonly #clock: TimerClock;
  readonly #begin: (one: T) => void;
  readonly #line = new FairLine<T>();
  /** When the last burst began, and how many of it have begun at once. */
  #burstAt = Number.NEGATIVE_INFINITY;
  #begun = 0;
  /** How many waited at the most since the line was empty. */
  #most = 0;
  #cancelTimer: () => void = () => {};

  /** `begin` is called with each task when its time has come. */
  constructor(clock: TimerClock, begin: (one: T) => void) {
    this.#clock = clock;
    this.#begin = begin;
  }

  add(one: T): void {
    if (this.#mayBegin()) this.#begin(one);
    else this.#wait(one);
  }

  delete(one: T): void {
    this.#line.delete(one);
    if (this.#line.size === 0) this.#rest();
  }

  ownersChanged(one: T): void {
    if (this.#line.has(one)) this.#line.add(one);
  }

  #mayBegin(): boolean {
    const now = this.#clock.now();
    if (now - this.#burstAt >= SPREAD_MS) {
      this.#burstAt = now;
      this.#begun = 0;
    }
    if (this.#line.size > 0 || this.#begun >= AT_ONCE) return false;
    this.#begun += 1;
    return true;
  }

  #wait(one: T): void {
    this.#line.add(one);
    if (this.#most === 0) this.#cancelTimer = this.#clock.after(STEP_MS, () => this.#step());
    this.#most = Math.max(this.#most, this.#line.size);
  }

  #step(): void {
    for (let left = Math.ceil(this.#most / STEPS); left > 0; left--) {
      const one = this.#line.takeNext();
      if (one !== undefined) this.#begin(one);
    }
    if (this.#line.size === 0) this.#rest();
    else this.#cancelTimer = this.#clock.after(STEP_MS, () => this.#step());
  }

  #rest(): void {
    this.#cancelTimer();
    this.#most = 0;
  }
}
