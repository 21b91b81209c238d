/**
 * Turns results of probes into a state that does not flap: only several results in a row change it.
 *
 *     unknown ──first success──▶ up ──fall failures in a row──▶ down
 *        └──────first failure──▶ down ──rise successes in a row──▶ up
 *
 * The first result alone sets the state. Before it a target counts as up; waiting for more results would
 * send clients to a dead address for several intervals after each start.
 */
import type { TargetState } from './target.ts';

/** The state of one target. */
export class FlapFilter {
  readonly #rise: number;
  readonly #fall: number;
  #state: TargetState = 'unknown';
  /** How many results in a row contradict the state. */
  #against = 0;

  constructor(rise: number, fall: number) {
    this.#rise = rise;
    this.#fall = fall;
  }

  get state(): TargetState {
    return this.#state;
  }

  /** Adds one result; returns the state after it. */
  add(success: boolean): TargetState {
    const wanted = success ? 'up' : 'down';
    if (wanted === this.#state) this.#against = 0;
    else if (this.#state === 'unknown' || ++this.#against >= (success ? this.#rise : this.#fall)) {
      this.#state = wanted;
      this.#against = 0;
    }
    return this.#state;
  }
}
