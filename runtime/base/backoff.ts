/** Growing pauses between attempts that keep failing. */

export interface BackoffOptions {
  /** Milliseconds of the first pause. */
  readonly firstMs?: number;
  /** Milliseconds of the longest pause. */
  readonly mostMs?: number;
}

/** Doubles the pause after each failure, until an attempt succeeds. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #nextMs: number;

  constructor({ firstMs = 100, mostMs = 10_000 }: BackoffOptions = {}) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#nextMs = firstMs;
  }

  /** Milliseconds to pause after one more failure. */
  next(): number {
    const pause = this.#nextMs;
    this.#nextMs = Math.min(2 * pause, this.#mostMs);
    return pause;
  }

  /** An attempt succeeded: the next pause is the first one again. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
