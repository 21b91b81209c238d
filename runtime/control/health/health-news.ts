/** Passes what is new of health to the answer processes: changes of state, and how near targets are to the next. */
import type { StateChange } from '../../health/health-listeners.ts';
import type { HealthNearness, HealthStates } from '../../health/target.ts';
import type { DampedState } from './damper.ts';

export class HealthNews {
  readonly #send: (states: HealthStates, near: HealthNearness) => void;
  readonly #changed = new Map<string, HealthStates[string]>();
  readonly #near = new Map<string, number>();
  #isUrgent = false;
  /** Targets that were down when another server was replaced, and that have not been probed here yet. */
  readonly #inheritedDown = new Set<string>();

  constructor(send: (states: HealthStates, near: HealthNearness) => void) {
    this.#send = send;
  }

  /** These targets were down a moment ago, as the replaced server saw them. */
  inherit(down: readonly string[]): void {
    for (const id of down) this.#inheritedDown.add(id);
    this.#send(Object.fromEntries(down.map((id) => [id, 'down'])), {});
  }

  /** All changes of one turn of the event loop travel together: a new policy may bring a thousand targets. */
  tell({ id, isRecalled }: Pick<StateChange, 'id' | 'isRecalled'>, state: DampedState): void {
    this.#gather();
    // The version that names this target is published next, and must not be served before its state is there.
    if (isRecalled === true && !this.#isUrgent) {
      this.#isUrgent = true;
      queueMicrotask(() => this.#flush());
    }
    if (state !== 'unknown') this.#inheritedDown.delete(id);
    // A target that has not been probed yet counts as up, or as it did in the replaced server.
    const assumed = this.#inheritedDown.has(id) ? 'down' : 'up';
    this.#changed.set(id, state === 'unknown' ? assumed : state);
  }

  /** So many results in a row contradict the state of a target. */
  tellNear(id: string, against: number): void {
    this.#gather();
    this.#near.set(id, against);
  }

  #gather(): void {
    if (this.#changed.size === 0 && this.#near.size === 0) setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isUrgent = false;
    if (this.#changed.size > 0 || this.#near.size > 0)
      this.#send(Object.fromEntries(this.#changed), Object.fromEntries(this.#near));
    this.#changed.clear();
    this.#near.clear();
  }
}
