/**
 * What is left to chance in an answer. Where that is one throw, among a few outcomes, a reply that is kept says
 * which of them it came to, and the same throw leads to it again: see packet-cache.ts.
 */
import { type Candidates, type Chance, NOBODY } from '../../plan/kind.ts';
import type { Weighted } from '../../plan/plan.ts';
import { shareOf, totalWeight } from '../../plan/weights.ts';
import { DEPENDS, Dependence } from '../facts/dependence.ts';
import { QuestionTurns, type TurnOf } from './question-turns.ts';

const NOT_THROWN = -1;
const NO_TURN = -1;

/** One object per process, begun anew for each query. */
export class Draw implements Chance {
  readonly #random: () => number;
  readonly #dependence: Dependence;
  /** Ahead of being asked for. */
  #thrown = NOT_THROWN;
  /** Throws for this query. */
  count = 0;
  /** Of the last of them: the share of each outcome, so many of them, and what it came to. */
  shares = new Float64Array(16);
  size = 0;
  outcome = NOBODY;
  /** It was no throw of the dice, but a turn. */
  isInTurn = false;
  /** Is told what is thrown for this query. */
  heard: number[] | undefined;
  readonly #turns = new QuestionTurns();
  /** Taken ahead. */
  #turn = NO_TURN;

  /** `random` yields numbers from 0 up to but not including 1. */
  constructor(random: () => number = Math.random, dependence: Dependence = new Dependence()) {
    this.#random = random;
    this.#dependence = dependence;
  }

  begin(): void {
    this.#thrown = NOT_THROWN;
    this.#turn = NO_TURN;
    this.isInTurn = false;
    this.count = 0;
    this.heard = undefined;
  }

  /** Throws ahead: the next draw of this query is by the same number. */
  throw(): number {
    this.#thrown = this.#random();
    return this.#thrown;
  }

  /** Says what was thrown ahead: the outcome is taken from it at once, and the query has no other draw. */
  tellAhead(): void {
    if (this.#thrown !== NOT_THROWN) this.heard?.push(this.#thrown);
  }

  /** Takes a turn ahead, among so many: the next one of this query is the same. */
  takeTurn(size: number, question: TurnOf): number {
    this.#turn = this.#turns.next(question);
    return this.#turn % size;
  }

  /** One of so many that are alike, each in its turn for this question. */
  inTurn(size: number, question: TurnOf): number {
    const turn = this.#turn === NO_TURN ? this.#turns.next(question) : this.#turn;
    this.#turn = NO_TURN;
    this.#begin(size);
    this.isInTurn = true;
    for (let index = 0; index < size; index += 1) this.shares[index] = 1;
    this.outcome = turn % size;
    return this.outcome;
  }

  /** Gives a turn back that came to nothing: the client asks again over TCP, and would always get the one after. */
  giveBack(question: TurnOf): void {
    if (this.isInTurn) this.#turns.giveBack(question);
  }

  /** One of those that take part, by weight. */
  byWeight(of: readonly Weighted[], candidates: Candidates): number {
    this.#begin(of.length);
    const total = totalWeight(of, candidates);
    for (let index = 0; index < of.length; index += 1) {
      this.shares[index] = shareOf(of, index, candidates, total);
    }
    return this.#draw();
  }

  byShares(shares: Float64Array, size: number): number {
    this.#begin(size);
    for (let index = 0; index < size; index += 1) this.shares[index] = shares[index] ?? 0;
    return this.#draw();
  }

  /** One of so many that are alike. */
  evenly(size: number): number {
    this.#begin(size);
    for (let index = 0; index < size; index += 1) this.shares[index] = 1;
    return this.#draw();
  }

  /** Whether something happens that does so with this likelihood. */
  happens(likelihood: number): boolean {
    this.#begin(2);
    this.shares[0] = likelihood;
    this.shares[1] = 1 - likelihood;
    return this.#draw() === 0;
  }

  #begin(size: number): void {
    this.#dependence.note(this.count === 0 ? DEPENDS.DRAW : DEPENDS.DRAWS);
    this.count += 1;
    this.isInTurn = false;
    this.size = size;
    if (size > this.shares.length) this.shares = new Float64Array(2 * size);
  }

  #draw(): number {
    const thrown = this.#thrown === NOT_THROWN ? this.#random() : this.#thrown;
    this.#thrown = NOT_THROWN;
    if (this.heard !== undefined) this.heard.push(thrown);
    this.outcome = outcomeOf(thrown, this.shares, 0, this.size);
    return this.outcome;
  }
}

/** What a throw comes to, by the shares from `at` on; NOBODY where all of them are 0. */
export function outcomeOf(thrown: number, shares: Float64Array, at: number, size: number): number {
  let total = 0;
  for (let index = 0; index < size; index += 1) total += shares[at + index] ?? 0;
  let left = thrown * total;
  let last = NOBODY;
  for (let index = 0; index < size; index += 1) {
    const share = shares[at + index] ?? 0;
    if (share === 0) continue;
    last = index;
    left -= share;
    if (left < 0) return index;
  }
  return last;
}
