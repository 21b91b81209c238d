/** What follows from the health of targets, by the object it is of: made anew once the health of anything has changed. */
import type { HealthTable } from './table.ts';

export class ByHealth<K extends object, V> {
  readonly #make: (of: K, health: HealthTable) => V;
  #changes = -1;
  #known = new WeakMap<K, { readonly value: V }>();

  constructor(make: (of: K, health: HealthTable) => V) {
    this.#make = make;
  }

  /** It is asked with the same table each time. */
  of(of: K, health: HealthTable): V {
    if (this.#changes !== health.changes) {
      this.#changes = health.changes;
      this.#known = new WeakMap();
    }
    let known = this.#known.get(of);
    if (known === undefined) {
      known = { value: this.#make(of, health) };
      this.#known.set(of, known);
    }
    return known.value;
  }
}
