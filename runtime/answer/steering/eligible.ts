/**
 * Who takes part in one choice: those that are not down. Where all are down, all take part as if
 * they were up (fail open), except those that would rather not be served then.
 */
import type { HealthTable } from '../../health/table.ts';
import type { Candidates } from '../../plan/kind.ts';
import { NOBODY } from '../../plan/kind.ts';
import type { Choosing } from '../../plan/plan.ts';
import { isDown, isEmptyWhenDown, memberAt } from './group-members.ts';

/** One flag per member of the choice at hand; reused for the next choice. */
export class Eligible implements Candidates {
  readonly #flags: boolean[] = [];
  #count = 0;
  /** How many members take part. */
  count = 0;
  /** All are down, and those that take part do so as if they were up. */
  failsOpen = false;

  /** Marks which members of a choice take part; false if none does. */
  mark(plan: Choosing, health: HealthTable): boolean {
    this.#count = plan.of.length;
    this.count = 0;
    this.failsOpen = false;
    for (let index = 0; index < this.#count; index += 1) {
      this.#set(index, !isDown(memberAt(plan, index), health));
    }
    if (this.count > 0) return true;
    this.failsOpen = true;
    for (let index = 0; index < this.#count; index += 1) {
      this.#set(index, !isEmptyWhenDown(memberAt(plan, index)));
    }
    return this.count > 0;
  }

  has(index: number): boolean {
    return this.#flags[index] === true;
  }

  /** The first that takes part. */
  first(): number {
    for (let index = 0; index < this.#count; index += 1) if (this.#flags[index]) return index;
    return NOBODY;
  }

  #set(index: number, takesPart: boolean): void {
    this.#flags[index] = takesPart;
    if (takesPart) this.count += 1;
  }
}
