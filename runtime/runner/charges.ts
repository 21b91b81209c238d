/**
 * How often a policy has ended its sandbox, or computed so long that it had to be. A third time within a minute is no accident: the policy
 * is quarantined, so that it cannot keep taking the sandbox away from the others.
 *
 * One that offended in any way is under suspicion for a minute: if it is late again, that is taken for its own fault.
 */

const MOST_CHARGES = 3;
const WINDOW_MS = 60_000;

/** What it was that took too long. */
export type OffenceKind = 'load' | 'run';

export class Charges {
  #at: number[] = [];
  #quarantined = false;
  #offendedAt: number;
  readonly #onOffence: (now: number, kind: OffenceKind) => void;

  /**
   * `offendedAt`: when the version before it last offended, if it did (performance.now() milliseconds).
   * `onOffence` is called each time that it does.
   */
  constructor(
    offendedAt = Number.NEGATIVE_INFINITY,
    onOffence: (now: number, kind: OffenceKind) => void = () => {},
  ) {
    this.#offendedAt = offendedAt;
    this.#onOffence = onOffence;
  }

  /** Notes that it took more than it may, at this moment (performance.now() milliseconds). */
  suspect(now: number, kind: OffenceKind = 'run'): void {
    this.#offendedAt = now;
    this.#onOffence(now, kind);
  }

  isSuspect(now: number): boolean {
    return now - this.#offendedAt < WINDOW_MS;
  }

  /** Whether there were any within the minute before this moment (performance.now() milliseconds). */
  isRecent(now: number): boolean {
    return now - (this.#at.at(-1) ?? Number.NEGATIVE_INFINITY) < WINDOW_MS;
  }

  get quarantined(): boolean {
    return this.#quarantined;
  }

  /** Notes one more, at this moment (performance.now() milliseconds). */
  add(now: number): void {
    this.#at = [...this.#at.filter((at) => now - at < WINDOW_MS), now];
    if (this.#at.length >= MOST_CHARGES) this.#quarantined = true;
    this.suspect(now);
  }

  /** An operator gives it another chance. */
  release(): void {
    this.#at = [];
    this.#offendedAt = Number.NEGATIVE_INFINITY;
    this.#quarantined = false;
  }
}
