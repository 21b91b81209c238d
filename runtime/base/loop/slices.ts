/**
 * Does long work in slices: one piece after the other, step by step, for at most a millisecond in each turn
 * of the loop, so that queries hardly wait.
 */
import type { ForeignWork } from './foreign-work.ts';
import { loop } from './loop-watch.ts';
import type { Steps } from './steps.ts';

/** Milliseconds of one slice. The last step of a slice may run over. */
const SLICE_MS = 1;

interface Piece {
  readonly who: string;
  /** Does the next step; returns whether it was the last. */
  readonly step: () => boolean;
}

export class Slices {
  readonly #work: ForeignWork;
  readonly #pieces: Piece[] = [];
  #leftMs = SLICE_MS;
  #isArmed = false;

  /** `work` is the declaration of the pieces. */
  constructor(work: ForeignWork) {
    this.#work = work;
  }

  /**
   * Does all steps after those of earlier calls, at once if there is time left. `who` is their zone or
   * client.
   */
  run<T>(who: string, steps: Steps<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const step = (): boolean => {
        try {
          const { done, value } = steps.next();
          if (done === true) resolve(value);
          return done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      this.#pieces.push({ who, step });
      if (!this.#isArmed || this.#leftMs > 0) this.#slice();
    });
  }

  #slice(): void {
    const isMarked = loop.begin(this.#work);
    const since = performance.now();
    const until = since + this.#leftMs;
    let who: string | undefined;
    let now = since;
    for (let piece = this.#pieces[0]; piece !== undefined && now < until; piece = this.#pieces[0]) {
      who ??= piece.who;
      if (piece.step()) this.#pieces.shift();
      now = performance.now();
    }
    this.#leftMs -= now - since;
    if (isMarked) loop.end(who);
    this.#arm();
  }

  /** Goes on in the next turn, which has time again. */
  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => {
      this.#isArmed = false;
      this.#leftMs = SLICE_MS;
      if (this.#pieces.length > 0) this.#slice();
    });
  }
}
