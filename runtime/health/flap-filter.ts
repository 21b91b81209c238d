/**
 * Turns results of probes into a state that does not flap: only several results in a row change it.
 *
 *     unknown ──first success──▶ up ──fall failures in a row──▶ down
 *        └──────first failure──▶ down ──rise successes in a row──▶ up
 *
 * The first result alone sets the state. Before it a target counts as up; waiting for more results would
 * send clients to a dead address for several intervals after each start. A filter may begin with a state that
 * is known from elsewhere.
 */
import type { TargetState } from './target.ts';

export interface KnownState {
  readonly state: TargetState;
  /** Whether it comes from results of the same probes; if not, the first result alone decides. */
  readonly isCertain: boolean;
}

/** The state of one target. */
export class FlapFilter {
  readonly #rise: number;
  readonly #fall: number;
  #state: TargetState = 'unknown';
  /** Whether one result is not enough to change the state. */
  #isCertain: boolean;
  /** How many results in a row contradict the state. */
  #against = 0;

  /** `known`: the state to begin with. */
  constructor(rise: number, fall: number, known: KnownState = { state: 'unknown', isCertain: false }) {
    this.#rise = rise;
    this.#fall = fall;
    this.#state = known.state;
    this.#isCertain = known.isCertain;
  }

  get state(): TargetState {
    return this.#state;
  }

  /** How many results in a row contradict the state. */
  get against(): number {
    return this.#against;
  }

  /** Adds one result; returns the state after it. */
  add(success: boolean): TargetState {
    const wanted = success ? 'up' : 'down';
    if (wanted === this.#state) this.#against = 0;
    else if (!this.#isCertain || ++this.#against >= (success ? this.#rise : this.#fall)) {
      this.#state = wanted;
      this.#against = 0;
    }
    this.#isCertain = true;
    return this.#state;
  }
}
