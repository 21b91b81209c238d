/** Limits that several share evenly: what one leaves is for those behind it. */

export interface ExploreLimits {
  /** Runs of all together. */
  readonly runs: number;
  /** Milliseconds of all together. */
  readonly patienceMs: number;
}

export class LimitShares {
  readonly #until: number;
  #runs: number;
  /** How many have not had their share. */
  #behind: number;

  constructor({ runs, patienceMs }: ExploreLimits, count: number) {
    this.#until = performance.now() + patienceMs;
    this.#runs = runs;
    this.#behind = count;
  }

  /** The share of the next. */
  next(): ExploreLimits {
    const behind = this.#behind;
    this.#behind -= 1;
    return { runs: Math.ceil(this.#runs / behind), patienceMs: (this.#until - performance.now()) / behind };
  }

  /** Notes what the last one has used of its runs. */
  spend(runs: number): void {
    this.#runs = Math.max(0, this.#runs - runs);
  }
}
