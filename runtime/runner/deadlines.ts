/**
 * The deadlines of runs. They are looked at every few milliseconds, and all runs only where one of them may be late:
 * with a crowd that waits, a look for each would keep the process awake that answers everybody else.
 */
import type { PendingRun } from './held-policy.ts';
import { judgeDeadline } from './request-end.ts';

const TOGETHER_MS = 2;

/** When to look whether a deadline is over: just behind it, together with others. */
export function lookForDeadline(deadlineAt: number): number {
  return Math.ceil(deadlineAt / TOGETHER_MS) * TOGETHER_MS;
}

export class Deadlines {
  /** No run has its deadline before. */
  #next = Number.POSITIVE_INFINITY;

  note(deadlineAt: number): void {
    this.#next = Math.min(this.#next, deadlineAt);
  }

  /** Answers callers whose deadline is over, if there may be any. Returns when the next is; Infinity for never. */
  judge(now: number, forEach: (visit: (run: PendingRun) => void) => void): number {
    if (now < this.#next) return this.#next;
    let next = Number.POSITIVE_INFINITY;
    forEach((run) => {
      next = Math.min(next, judgeDeadline(run, now));
    });
    this.#next = next;
    return next;
  }
}
