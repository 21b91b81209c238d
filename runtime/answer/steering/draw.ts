/**
 * What is left to chance in an answer. Where that is one throw, among a few outcomes, a reply that is kept says
 * which of them it came to, and the same throw leads to it again: see packet-cache.ts.
 */
import { type Candidates, type Chance, NOBODY } from '../../plan/kind.ts';
import type { Weighted } from '../../plan/plan.ts';
import { shareOf, totalWeight } from '../../plan/weights.ts';
import { DEPENDS, Dependence } from '../facts/dependence.ts';

const NOT_THROWN = -1;

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

  /** `random` yields numbers from 0 up to but not including 1. */
  constructor(random: () => number = Math.random, dependence: Dependence = new Dependence()) {
    this.#random = random;
    this.#dependence = dependence;
  }

  begin(): void {
    this.#thrown = NOT_THROWN;
    this.count = 0;
  }

  /** Throws ahead: the next draw of this query is by the same number. */
  throw(): number {
    this.#thrown = this.#random();
    return this.#thrown;
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

  /** One of so many that are alike. */
  evenly(size: number): number {
    this.#begin(size);
    for (let index = 0; index < size; index += 1) this.shares[index] = 1;
    return this.#draw();
  }

  #begin(size: number): void {
    this.#dependence.note(this.count === 0 ? DEPENDS.DRAW : DEPENDS.DRAWS);
    this.count += 1;
    this.size = size;
    if (size > this.shares.length) this.shares = new Float64Array(2 * size);
  }

  #draw(): number {
    const thrown = this.#thrown === NOT_THROWN ? this.#random() : this.#thrown;
    this.#thrown = NOT_THROWN;
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
