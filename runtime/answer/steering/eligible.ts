/**
 * Who takes part in one choice: those that are not down. Where all are down, all take part as if
 * they were up (fail open), except those that would rather not be served then.
 */
import type { HealthTable } from '../../health/table.ts';
import { candidateAt, type Group, isDown, isEmptyWhenDown } from './group-members.ts';

/** No index: nobody is left. */
export const NOBODY = -1;

/** One flag per member of the group at hand; reused for the next group. */
export class Eligible {
  readonly #flags: boolean[] = [];
  #count = 0;
  /** How many members take part. */
  count = 0;
  /** All are down, and those that take part do so as if they were up. */
  failsOpen = false;

  /** Marks who of a group takes part; false if nobody does. */
  mark(group: Group, health: HealthTable): boolean {
    this.#count = group.of.length;
    this.count = 0;
    this.failsOpen = false;
    for (let index = 0; index < this.#count; index += 1) {
      this.#set(index, !isDown(candidateAt(group, index), health));
    }
    if (this.count > 0) return true;
    this.failsOpen = true;
    for (let index = 0; index < this.#count; index += 1) {
      this.#set(index, !isEmptyWhenDown(candidateAt(group, index), health));
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
