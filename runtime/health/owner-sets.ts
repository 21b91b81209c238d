/**
 * Sets of owners that nobody changes: most targets have one owner, and all of those share one set, where a set of its own
 * takes a quarter of a kilobyte.
 */

export const NO_OWNERS: ReadonlySet<string> = new Set();

export class OwnerSets {
  /** By owner, the set that has nobody else. */
  readonly #alone = new Map<string, ReadonlySet<string>>();

  with(owners: ReadonlySet<string>, owner: string): ReadonlySet<string> {
    if (owners.has(owner)) return owners;
    return owners.size === 0 ? this.#only(owner) : new Set(owners).add(owner);
  }

  without(owners: ReadonlySet<string>, owner: string): ReadonlySet<string> {
    if (!owners.has(owner)) return owners;
    const others = [...owners].filter((one) => one !== owner);
    const [first = ''] = others;
    if (others.length > 1) return new Set(others);
    return others.length === 0 ? NO_OWNERS : this.#only(first);
  }

  /** Drops what is kept of an owner. */
  forget(owner: string): void {
    this.#alone.delete(owner);
  }

  #only(owner: string): ReadonlySet<string> {
    const known = this.#alone.get(owner);
    if (known !== undefined) return known;
    const made = new Set([owner]);
    this.#alone.set(owner, made);
    return made;
  }
}
