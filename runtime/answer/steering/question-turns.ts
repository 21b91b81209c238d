/**
 * Whose turn it is among records that are alike: each question has a count of its own, so that no pattern of other
 * questions keeps one record first. Questions share a count where their hashes collide, which does no harm.
 */
import { fnv1aOfOctets } from '../../base/structures/fnv.ts';
import type { Query } from '../../wire/query.ts';

/** Of a query, what turns are counted by. */
export type TurnOf = Readonly<Pick<Query, 'name' | 'nameLength' | 'type'>>;

/** A power of two. */
const COUNTS = 4096;

export class QuestionTurns {
  readonly #counts = new Uint32Array(COUNTS);

  /** The number of a question's turn, from 0; its next one is the next. */
  next(question: TurnOf): number {
    const place = placeOf(question);
    const turn = this.#counts[place] ?? 0;
    this.#counts[place] = turn + 1;
    return turn;
  }

  /** Has the next turn of a question be the one that it had. */
  giveBack(question: TurnOf): void {
    const place = placeOf(question);
    this.#counts[place] = (this.#counts[place] ?? 0) - 1;
  }
}

function placeOf({ name, nameLength, type }: TurnOf): number {
  const hash = fnv1aOfOctets(name, nameLength, type);
  return (hash ^ (hash >>> 16)) & (COUNTS - 1);
}
