/** Growing pauses between attempts at something that keeps failing. */

export interface BackoffOptions {
  /** Milliseconds of the first pause. */
  readonly firstMs?: number;
  /** Milliseconds beyond which pauses do not grow. */
  readonly mostMs?: number;
}

/** Doubles the pause each time, until something succeeds. */
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

  /** Something succeeded: the next pause is a short one again. */
  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
