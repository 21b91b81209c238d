/**
 * Work with a bound that is declared where the work starts: an amount of each thing that counts, such as
 * values or octets. Code takes an amount from the meter before it does the work, and stops when the meter refuses.
 * What one piece of work has taken may in turn be taken from the meter of a larger one.
 */

/** The most that one piece of work may take of each thing, by what that is called in the plural. */
export type WorkLimits<Unit extends string = string> = Readonly<Record<Unit, number>>;

export class WorkMeter<Unit extends string> {
  readonly #subject: string;
  readonly #limits: WorkLimits<Unit>;
  readonly #taken: Record<Unit, number>;
  #exceeded: Unit | undefined;

  /** `subject` names what has the limits in messages: `one plan`. */
  constructor(subject: string, limits: WorkLimits<Unit>) {
    this.#subject = subject;
    this.#limits = limits;
    this.#taken = { ...limits };
    for (const unit in limits) this.#taken[unit] = 0;
  }

  /** Notes that `amount` more is about to be taken; false from when a limit is passed. */
  take(unit: Unit, amount: number): boolean {
    this.#taken[unit] += amount;
    if (this.#taken[unit] > this.#limits[unit]) this.#exceeded ??= unit;
    return this.#exceeded === undefined;
  }

  /** Takes all that a part of the work has taken; false from when a limit is passed. */
  takeAll(part: WorkMeter<Unit>): boolean {
    for (const unit in this.#limits) this.take(unit, part.#taken[unit]);
    return this.#exceeded === undefined;
  }

  /** The sum by now. */
  taken(unit: Unit): number {
    return this.#taken[unit];
  }

  /** Which limit was passed first, with the sum by now: `1100 values, 76 more than one plan may have`. */
  get excess(): string | undefined {
    const unit = this.#exceeded;
    if (unit === undefined) return undefined;
    const sum = this.#taken[unit];
    return `${sum} ${unit}, ${sum - this.#limits[unit]} more than the ${this.#limits[unit]} that ${this.#subject} may have`;
  }
}
