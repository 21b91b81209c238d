/**
 * Holds back targets that flap, so that answers do not: one that has changed more often than is allowed within a while is
 * `held` when it comes up again, until it has not changed for another while. What goes down goes down at once, always.
 *
 *     up ──▶ down ──▶ up ──▶ down ──▶ held ──▶ down ──▶ held ── quiet ──▶ up
 *
 * A held target is answered only where a choice has nobody else that is up (answer/steering/).
 */
import type { StateChange } from '../../health/health-listeners.ts';
import type { TimerClock } from '../../health/timer-clock.ts';

export interface DampingSettings {
  /** Changes within the window that are let pass; 0: all are. */
  readonly changes: number;
  readonly windowMs: number;
  readonly quietMs: number;
}

/** The state of a target as answer processes get it. */
export type DampedState = StateChange['state'] | 'held';

export interface DamperOptions {
  readonly settings: () => DampingSettings;
  readonly clock: TimerClock;
  /** Passes a state on: one that has just come, or that of a target which has been quiet for long enough. */
  readonly tell: (change: Pick<StateChange, 'id' | 'isRecalled'>, state: DampedState) => void;
  /** A target begins to be held, or is held no more. */
  readonly onHeld: (id: string, isHeld: boolean) => void;
}

/** A target that is held back whenever it is up, in milliseconds since 1970. */
export interface HeldTarget {
  readonly since: number;
  /** When it will be held no more, unless it changes before. */
  readonly until: number;
}

export class Damper {
  readonly #options: DamperOptions;
  /** Of targets that have changed. */
  readonly #changing = new Map<string, Changing>();
  /** Targets of which nothing is known yet: their first state is no change. */
  readonly #unknown = new Set<string>();

  constructor(options: DamperOptions) {
    this.#options = options;
  }

  /** Takes a change of the monitor. */
  note(change: StateChange): void {
    const { id, state, isPart } = change;
    // Nothing that is served goes by it: what it is a part of comes by itself.
    if (isPart === true) return;
    const { tell } = this.#options;
    if (state === 'gone') this.#forget(id);
    const isFirst = this.#unknown.delete(id) || change.isRecalled === true;
    if (state === 'unknown') this.#unknown.add(id);
    const isChange = (state === 'up' || state === 'down') && !isFirst;
    const isHeld = isChange && this.#isFrozen(id, state === 'up') && state === 'up';
    tell(change, isHeld ? 'held' : state);
  }

  /** The targets that are held back, by id. */
  held(): ReadonlyMap<string, HeldTarget> {
    const held = new Map<string, HeldTarget>();
    for (const [id, { frozenAt, quietAt }] of this.#changing)
      if (frozenAt !== undefined) held.set(id, { since: frozenAt, until: quietAt });
    return held;
  }

  /** Notes a change of a target, and tells whether it changes too often. */
  #isFrozen(id: string, isUp: boolean): boolean {
    const { settings, clock, onHeld } = this.#options;
    const { changes, windowMs, quietMs } = settings();
    if (changes === 0) {
      this.#forget(id);
      return false;
    }
    const now = clock.now();
    const known = this.#changing.get(id) ?? { times: [], isUp, quietAt: now, endQuiet: () => {} };
    known.isUp = isUp;
    known.times = [...known.times.filter((time) => now - time < windowMs), now].slice(-changes - 1);
    const wasFrozen = known.frozenAt !== undefined;
    if (known.times.length > changes) known.frozenAt ??= now;
    const isFrozen = known.frozenAt !== undefined;
    const wait = isFrozen ? quietMs : windowMs;
    known.quietAt = now + wait;
    known.endQuiet();
    known.endQuiet = clock.after(wait, () => this.#rest(id));
    this.#changing.set(id, known);
    if (isFrozen && !wasFrozen) onHeld(id, true);
    return isFrozen;
  }

  /** A target has not changed for long enough. Where it is down, that tells nobody anything. */
  #rest(id: string): void {
    const known = this.#changing.get(id);
    this.#changing.delete(id);
    if (known?.frozenAt === undefined) return;
    const { tell, onHeld } = this.#options;
    onHeld(id, false);
    if (known.isUp) tell({ id }, 'up');
  }

  #forget(id: string): void {
    this.#changing.get(id)?.endQuiet();
    this.#changing.delete(id);
  }
}

interface Changing {
  /** When it has changed, in milliseconds since 1970: the last ones, one more than are let pass. */
  times: readonly number[];
  /** Since when it is held back whenever it is up. */
  frozenAt?: number;
  isUp: boolean;
  quietAt: number;
  endQuiet: () => void;
}
