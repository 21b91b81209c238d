/** What a check of HTTP looks for behind a good status, in whatever version: a text in the body, and a load. */
import type { Settle } from '../probe-attempt.ts';
import { ExpectedText } from './expected-text.ts';
import type { HttpMessage } from './http-message.ts';
import type { HttpTarget } from './http-request.ts';
import { SaidLoad } from './said-load.ts';

export class Sought {
  readonly #settle: Settle;
  readonly #expected: ExpectedText | undefined;
  readonly #load: SaidLoad | undefined;
  #isFound: boolean;

  constructor({ expect, load }: Pick<HttpTarget, 'expect' | 'load'>, settle: Settle) {
    this.#settle = settle;
    this.#expected = expect === undefined ? undefined : new ExpectedText(expect);
    this.#load = load && new SaidLoad(load);
    this.#isFound = this.#expected === undefined;
  }

  /** Whether the status says all. */
  get isNothing(): boolean {
    return this.#isFound && this.#load === undefined;
  }

  /** Takes the next octets of the body. */
  take(piece: Uint8Array): void {
    if (!this.#isFound) this.#isFound = this.#expected?.take(piece) ?? true;
    this.#load?.takeBody(piece);
  }

  /** Ends the attempt once all has come that it looks for, or will not come any more (`isOver`). */
  judge(message: Pick<HttpMessage, 'header'>, isOver: boolean): void {
    if (!this.#isFound) {
      if (isOver || this.#expected?.isFull === true) this.#settle(this.#expected?.problem('the body'));
    } else if (isOver || this.#load?.awaitsBody !== true) {
      this.#settle(undefined, this.#load?.in(message));
    }
  }
}
