/**
 * Memory that many share. When there is too little of it, whoever has most gives up first: one that asks for
 * much cannot take the place of those that have little.
 */

/** One that has part of the space. */
export interface Tenant {
  readonly octets: number;
  /** Gives up what was not used for the longest time; there is something, or it has no octets. */
  evict(): void;
  /** Gives up everything, where that can be wanted. */
  clear?(): void;
}

/** So much more is cleared when the space is full, lest each look for who has most; of a small space, a 256th. */
const CLEARED = 65_536;
/** So much is given up in one turn of the event loop when the space becomes smaller. */
const SHRUNK = 262_144;
/** Tenants are kept by the power of two that their octets have reached. */
const CLASSES = 48;

export class SharedSpace {
  /** The most octets. */
  limit: number;
  #wanted: number;
  readonly #tenants = new Map<Tenant, number>();
  readonly #classes = Array.from({ length: CLASSES }, () => new Set<Tenant>());
  /** In use. */
  octets = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.#wanted = limit;
  }

  /** Makes the space larger, or smaller: that takes some turns of the event loop, if much has to be given up. */
  resize(limit: number): void {
    this.#wanted = limit;
    this.#shrink();
  }

  /** Has every tenant give up everything. */
  clear(): void {
    for (const tenant of this.#tenants.keys()) tenant.clear?.();
  }

  readonly #shrink = (): void => {
    this.limit = Math.max(this.#wanted, this.octets - SHRUNK);
    this.makeRoom(0);
    if (this.limit > this.#wanted) setImmediate(this.#shrink);
  };

  enter(tenant: Tenant): void {
    this.#tenants.set(tenant, 0);
    this.#classes[0]?.add(tenant);
  }

  leave(tenant: Tenant): void {
    this.#classes[this.#tenants.get(tenant) ?? 0]?.delete(tenant);
    this.#tenants.delete(tenant);
  }

  /** A tenant has so many octets more, or fewer, as it says itself by now. */
  note(tenant: Tenant, octets: number): void {
    this.octets += octets;
    const before = this.#tenants.get(tenant);
    const now = classOf(tenant.octets);
    if (before === undefined || before === now) return;
    this.#classes[before]?.delete(tenant);
    this.#classes[now]?.add(tenant);
    this.#tenants.set(tenant, now);
  }

  /**
   * Makes room for so many octets more. Who has most gives up first, to within a factor of two, and whoever
   * has no more than its even share of what is left after the clearing keeps all of it. Each tenant is
   * looked at once, so of ten thousand that have much the same none is looked for again and again.
   */
  makeRoom(octets: number): void {
    const limit = this.limit - octets;
    if (this.octets <= limit) return;
    const target = Math.max(0, limit - Math.min(CLEARED, this.limit / 256));
    const share = target / this.#tenants.size;
    // Whoever gives up enough to be of a lower class is looked at once more there.
    for (let at = CLASSES - 1; at >= 0; at -= 1) {
      for (const tenant of this.#classes[at] ?? []) {
        while (this.octets > target && tenant.octets > share && classOf(tenant.octets) === at) tenant.evict();
        if (this.octets <= target) return;
      }
    }
  }
}

/** 0 for none, n for less than 2ⁿ and no less than half of that. */
function classOf(octets: number): number {
  return octets < 1 ? 0 : Math.min(CLASSES - 1, 1 + Math.floor(Math.log2(octets)));
}
