/**
 * How often something has happened in the last minute. To count costs an addition and no look at a clock: what was counted
 * since the last look goes to the step that began then.
 */

const STEP_MS = 5000;
const STEPS = 12;
const MINUTE_MS = STEPS * STEP_MS;
const NEVER = -1;

export class MinuteCount {
  readonly #steps = new Float64Array(STEPS);
  /** Of all steps. */
  #sum = 0;
  /** Since the last look. */
  #more = 0;
  /** The step of the last look, and of the first one, in steps since 1970. */
  #step = NEVER;
  #first = 0;

  add(): void {
    this.#more += 1;
  }

  /** `now` is milliseconds since 1970. Of a count that is younger than a minute, what it would come to. */
  perMinute(now: number): number {
    const step = Math.floor(now / STEP_MS);
    if (step !== this.#step) this.#turnTo(step);
    const count = this.#sum + this.#more;
    const ageMs = now - this.#first * STEP_MS;
    return ageMs >= MINUTE_MS ? count : (count * MINUTE_MS) / Math.max(STEP_MS, ageMs);
  }

  #turnTo(step: number): void {
    const passed = step - this.#step;
    // A clock that was put back, and the first look.
    if (this.#step === NEVER || passed < 0) this.#begin(step);
    else if (this.#more > 0) this.#put(this.#step);
    // The steps that began since fall out of the minute that was.
    for (let next = Math.max(this.#step + 1, step - STEPS + 1); next <= step; next += 1) this.#clear(next);
    this.#step = step;
  }

  #begin(step: number): void {
    this.#steps.fill(0);
    this.#sum = 0;
    this.#first = step;
    this.#step = step;
  }

  #put(step: number): void {
    const at = step % STEPS;
    this.#steps[at] = (this.#steps[at] ?? 0) + this.#more;
    this.#sum += this.#more;
    this.#more = 0;
  }

  #clear(step: number): void {
    const at = step % STEPS;
    this.#sum -= this.#steps[at] ?? 0;
    this.#steps[at] = 0;
  }
}
