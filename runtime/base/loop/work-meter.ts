/**
 * Meters work whose bounds are declared where the work starts: an amount of each unit, such as values or
 * octets. Code takes an amount from the meter before it does the work, and stops when the meter refuses. The
 * amounts of a piece of work may in turn be taken from the meter of a larger one.
 */

/** The most that one piece of work may take of each unit, by the unit's name in the plural. */
export type WorkLimits<Unit extends string = string> = Readonly<Record<Unit, number>>;

export class WorkMeter<Unit extends string> {
  readonly #subject: string;
  readonly #limits: WorkLimits<Unit>;
  readonly #taken: Record<Unit, number>;
  #exceeded: Unit | undefined;

  /** `subject` is the name of the limited work in messages: `one plan`. */
  constructor(subject: string, limits: WorkLimits<Unit>) {
    this.#subject = subject;
    this.#limits = limits;
    this.#taken = { ...limits };
    for (const unit in limits) this.#taken[unit] = 0;
  }

  /** Takes an amount; returns false once a limit is passed. */
  take(unit: Unit, amount: number): boolean {
    this.#taken[unit] += amount;
    if (this.#taken[unit] > this.#limits[unit]) this.#exceeded ??= unit;
    return this.#exceeded === undefined;
  }

  /** Takes all amounts that a part of the work has taken; returns false once a limit is passed. */
  takeAll(part: WorkMeter<Unit>): boolean {
    for (const unit in this.#limits) this.take(unit, part.#taken[unit]);
    return this.#exceeded === undefined;
  }

  /** The amount taken so far. */
  taken(unit: Unit): number {
    return this.#taken[unit];
  }

  /**
   * The limit that was passed first, with the amount so far: `1100 values, 76 more than one plan may have`.
   */
  get excess(): string | undefined {
    const unit = this.#exceeded;
    if (unit === undefined) return undefined;
    const sum = this.#taken[unit];
    return `${sum} ${unit}, ${sum - this.#limits[unit]} more than the ${this.#limits[unit]} that ${this.#subject} may have`;
  }
}
