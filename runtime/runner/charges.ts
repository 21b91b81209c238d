/**
 * How often a policy has ended its sandbox, or computed so long that the sandbox had to be ended. A third
 * time within a minute is no accident: the policy is quarantined, so that it cannot keep taking the sandbox
 * away from the others.
 *
 * A policy that offended in any way is under suspicion for a minute: if it is late again, it counts as
 * guilty.
 */

const MOST_CHARGES = 3;
const WINDOW_MS = 60_000;

/** What took too long: a load or a run of the policy. */
export type OffenceKind = 'load' | 'run';

export class Charges {
  #at: number[] = [];
  #quarantined = false;
  #offendedAt: number;
  readonly #onOffence: (now: number, kind: OffenceKind) => void;

  /**
   * `offendedAt`: when the policy's previous version last offended, if it did (performance.now()
   * milliseconds). `onOffence` is called each time that this version offends.
   */
  constructor(
    offendedAt = Number.NEGATIVE_INFINITY,
    onOffence: (now: number, kind: OffenceKind) => void = () => {},
  ) {
    this.#offendedAt = offendedAt;
    this.#onOffence = onOffence;
  }

  /** Notes that the policy took more than it may, at this moment (performance.now() milliseconds). */
  suspect(now: number, kind: OffenceKind = 'run'): void {
    this.#offendedAt = now;
    this.#onOffence(now, kind);
  }

  isSuspect(now: number): boolean {
    return now - this.#offendedAt < WINDOW_MS;
  }

  /** Whether the policy was ever charged, and not released since. */
  get isCharged(): boolean {
    return this.#at.length > 0;
  }

  /** Whether the policy was charged within the minute before this moment (performance.now() milliseconds). */
  isRecent(now: number): boolean {
    return now - (this.#at.at(-1) ?? Number.NEGATIVE_INFINITY) < WINDOW_MS;
  }

  get quarantined(): boolean {
    return this.#quarantined;
  }

  /** Charges the policy once more, at this moment (performance.now() milliseconds). */
  add(now: number): void {
    this.#at = [...this.#at.filter((at) => now - at < WINDOW_MS), now];
    if (this.#at.length >= MOST_CHARGES) this.#quarantined = true;
    this.suspect(now);
  }

  /** Ends the quarantine: an operator gives the policy another chance. */
  release(): void {
    this.#at = [];
    this.#offendedAt = Number.NEGATIVE_INFINITY;
    this.#quarantined = false;
  }
}
