/** The pools of one policy as they are found: the same pool is written once, and no two have one name. */
import type { NamedPool, PlanDraft, PoolDraft } from './draft.ts';

export class PoolBook {
  readonly #byContent = new Map<string, NamedPool>();
  readonly #byName = new Map<string, NamedPool>();

  /** The plan that answers a pool, under the first of these names that is free. `origin` is told beside it. */
  plan(names: readonly string[], origin: string, pool: PoolDraft): PlanDraft {
    const key = JSON.stringify([names, pool]);
    let named = this.#byContent.get(key);
    if (named === undefined) {
      named = { ...pool, origin, name: this.#freeName(names.map(poolName)) };
      this.#byContent.set(key, named);
      this.#byName.set(named.name, named);
    }
    return { kind: 'pool', pool: named.name };
  }

  get(name: string): NamedPool | undefined {
    return this.#byName.get(name);
  }

  all(): readonly NamedPool[] {
    return [...this.#byName.values()];
  }

  #freeName(names: readonly string[]): string {
    const free = names.find((name) => !this.#byName.has(name));
    if (free !== undefined) return free;
    const last = names.at(-1) ?? 'pool';
    for (let number = 2; ; number++) {
      if (!this.#byName.has(`${last}-${number}`)) return `${last}-${number}`;
    }
  }
}

/** The longest name of a pool that is written; the rest of a longer one tells nobody more. */
const LONGEST = 60;

/** A name of the original as one that a pool may have, and that commands can be given. */
function poolName(text: string): string {
  const plain = text.replace(/[^\w.-]+/g, '-').replace(/^[-._]+|[-.]+$/g, '');
  // An object has keys that look like numbers before all others, so pools would be out of order.
  const named = /^\d*$/.test(plain) ? `pool-${plain === '' ? 'any' : plain}` : plain;
  return named.slice(0, LONGEST);
}
