/**
 * Rests a policy that keeps failing, and spares its clients the wait for it: after five failures in a row
 * its fallback answers for a while, and nobody asks the policy. Then one query tries it again.
 *
 *     closed ──5 failures in a row──▶ open ──1 s, doubling to 60 s──▶ one trial
 *        ▲                             ▲                               │  │
 *        │                             └────────── it fails ───────────┘  │
 *        └──────────────────────────────────────── it succeeds ───────────┘
 */
import { Backoff } from '../base/backoff.ts';

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** One policy's breaker. Every call it {@link Breaker.allows} must end in `succeed`, `fail` or `abstain`. */
export class Breaker {
  readonly #backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, mostMs: LONGEST_PAUSE_MS });
  #failuresInRow = 0;
  /** When the next trial is due; 0 while closed. */
  #openUntil = 0;
  #onTrial = false;

  get state(): 'closed' | 'open' {
    return this.#openUntil === 0 ? 'closed' : 'open';
  }

  /** Whether the policy may be asked at this moment (performance.now() milliseconds). */
  allows(now: number): boolean {
    if (this.#openUntil === 0) return true;
    if (this.#onTrial || now < this.#openUntil) return false;
    this.#onTrial = true;
    return true;
  }

  succeed(): void {
    this.#failuresInRow = 0;
    this.#openUntil = 0;
    this.#onTrial = false;
    this.#backoff.reset();
  }

  /** Notes a call that says nothing of the policy: the next call is as good a trial. */
  abstain(): void {
    this.#onTrial = false;
  }

  fail(now: number): void {
    this.#failuresInRow += 1;
    // Calls made before the breaker opened may still fail; only the trial's failure makes the pause longer.
    const opens = this.#openUntil === 0 ? this.#failuresInRow >= FAILURES_TO_OPEN : this.#onTrial;
    if (!opens) return;
    this.#onTrial = false;
    this.#openUntil = now + this.#backoff.next();
  }
}
