/** The sandbox's side of rpc/told.ts: which decisions have a number, by their text as the prelude writes it. */
import { assert } from '../base/assert.ts';
import { MOST_TOLD, TOLD_NUMBERS } from '../rpc/told.ts';

export class DecisionNumbers {
  readonly #numbers = new Map<string, number>();
  /** The text that each number stands for. */
  readonly #texts: string[] = [];
  #next = 0;

  /** The number of a decision that was told before. */
  of(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** Gives a decision of at most {@link MOST_TOLD} characters the number that was given longest ago. */
  give(text: string): number {
    assert(text.length <= MOST_TOLD, 'longer decisions have no number');
    const number = this.#next;
    this.#next = (number + 1) % TOLD_NUMBERS;
    const before = this.#texts[number];
    if (before !== undefined) this.#numbers.delete(before);
    this.#texts[number] = text;
    this.#numbers.set(text, number);
    return number;
  }
}
