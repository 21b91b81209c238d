/** Who is told of changes of health, and of values that count as others. */
import type { TargetState } from './target.ts';
import type { TargetValues } from './values.ts';

/** A change of a target's state, as listeners get it. */
export interface StateChange {
  readonly id: string;
  /** `unknown` when its probes begin, `gone` when they end. */
  readonly state: TargetState | 'gone';
  /** Why the last probe failed; `undefined` if it succeeded. */
  readonly problem: string | undefined;
  /** One of the owners that declare the target. */
  readonly owner: string;
  /** Whether the state was known before, and is no news to people. */
  readonly isRecalled?: boolean;
  /** Whether it is only a part of what owners combine: nothing goes by its own state. */
  readonly isPart?: boolean;
}

export type StateListener = (change: StateChange) => void;
/** `against`: how many results in a row contradict the state of a target. */
export type NearListener = (id: string, against: number) => void;
/** Is told values that count as others; none of a target that is probed no more. */
export type ValueListener = (id: string, values: TargetValues) => void;

export class HealthListeners {
  readonly #ofStates = new Set<StateListener>();
  readonly #ofValues = new Set<ValueListener>();
  readonly #ofNearness = new Set<NearListener>();

  /** Calls the listener with each change from now on; returns a function that ends this. */
  onChange(listener: StateListener): () => void {
    this.#ofStates.add(listener);
    return () => this.#ofStates.delete(listener);
  }

  /** Calls the listener with values from now on, of all that something may go by. */
  onValues(listener: ValueListener): void {
    this.#ofValues.add(listener);
  }

  /** Calls the listener whenever a target that tells it comes nearer to a change of its state, or gets away from it. */
  onNear(listener: NearListener): void {
    this.#ofNearness.add(listener);
  }

  tell({ isRecalled = false, isPart = false, ...change }: StateChange): void {
    for (const listener of this.#ofStates)
      listener({ ...change, ...(isRecalled && { isRecalled }), ...(isPart && { isPart }) });
  }

  tellGone(id: string, owner: string, isPart: boolean): void {
    this.tell({ id, state: 'gone', problem: undefined, owner, isPart });
    if (!isPart) this.tellValues(id, {});
  }

  tellNear(id: string, against: number): void {
    for (const listener of this.#ofNearness) listener(id, against);
  }

  tellValues(id: string, values: TargetValues): void {
    for (const listener of this.#ofValues) listener(id, values);
  }
}
