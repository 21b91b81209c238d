/**
 * The last known state of every target, as an answer process keeps it: one octet each, so that
 * steering reads an array and never a map.
 *
 * A target id has a slot as long as it is probed or a version that names it is served. What was never
 * reported counts as up: a pool is not steered by health before its first round of probes has finished.
 */
export class HealthTable {
  readonly #now: () => number;
  readonly #slots = new Map<string, number>();
  /** By slot: the id, who holds it, whether it is probed no more. */
  readonly #ids: string[] = [];
  readonly #holders: number[] = [];
  readonly #isGone: boolean[] = [];
  /** Slots that were free at a time, the longest first; one that was taken up again meanwhile is passed over. */
  #free: Freed[] = [];
  #freeHead = 0;
  #down = new Uint8Array(64);
  #countDown = 0;
  /** How often a state has changed. */
  changes = 0;

  /** `now` yields milliseconds from whenever. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** How many slots there are, free ones included. */
  get size(): number {
    return this.#ids.length;
  }

  /** The slot of a target, as long as it is probed or {@link hold held}. */
  slot(id: string): number {
    const known = this.#slots.get(id);
    if (known !== undefined) return known;
    const slot = this.#freed() ?? this.#ids.length;
    this.#slots.set(id, slot);
    this.#ids[slot] = id;
    this.#holders[slot] = 0;
    this.#isGone[slot] = false;
    if (slot === this.#down.length) {
      const larger = new Uint8Array(2 * slot);
      larger.set(this.#down);
      this.#down = larger;
    }
    return slot;
  }

  /** Keeps a slot for its target until it is let go as often. */
  hold(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 0) + 1;
  }

  release(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 1) - 1;
    this.#freeIfUnused(slot);
  }

  /** `gone`: it is probed no more, and the next report of it begins anew. */
  set(id: string, state: 'up' | 'down' | 'gone'): void {
    if (state === 'gone') {
      const slot = this.#slots.get(id);
      if (slot === undefined) return;
      this.#isGone[slot] = true;
      this.#freeIfUnused(slot);
      return;
    }
    const slot = this.slot(id);
    this.#isGone[slot] = false;
    this.#setDown(slot, state === 'down' ? 1 : 0);
  }

  /** Whether nothing at all is down, as nearly always: then there is no need to look at each. */
  get areAllUp(): boolean {
    return this.#countDown === 0;
  }

  /** Whether nothing says it is down. Slot -1 is what nothing checks. */
  isUp(slot: number): boolean {
    return slot < 0 || this.#down[slot] === 0;
  }

  #setDown(slot: number, down: 0 | 1): void {
    if (this.#down[slot] === down) return;
    this.#countDown += 2 * down - 1;
    this.#down[slot] = down;
    this.changes += 1;
  }

  #isUnused(slot: number): boolean {
    return this.#isGone[slot] === true && this.#holders[slot] === 0;
  }

  #freeIfUnused(slot: number): void {
    if (!this.#isUnused(slot)) return;
    this.#setDown(slot, 0);
    this.#free.push({ slot, at: this.#now() });
  }

  /** A slot that no query can hold any more. */
  #freed(): number | undefined {
    for (;;) {
      const oldest = this.#free[this.#freeHead];
      if (oldest === undefined || this.#now() - oldest.at < REST_MS) return undefined;
      this.#freeHead += 1;
      if (2 * this.#freeHead > this.#free.length) {
        this.#free = this.#free.slice(this.#freeHead);
        this.#freeHead = 0;
      }
      const { slot } = oldest;
      const id = this.#ids[slot] ?? '';
      // It is in line once more if it was taken up, and let go again.
      if (!this.#isUnused(slot) || this.#slots.get(id) !== slot) continue;
      this.#slots.delete(id);
      return slot;
    }
  }
}

interface Freed {
  readonly slot: number;
  readonly at: number;
}

/** Longer than any query waits that began with a version which is served no more. */
const REST_MS = 10_000;
