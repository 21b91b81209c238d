/**
 * The last known state of each target, as an answer process keeps it: one octet each, so that plans
 * read an array and never a map.
 *
 * A target has a slot as long as control probes it or a served version names it. A target without a report
 * counts as up: health does not steer a pool before its first round of probes has finished.
 */
import { ShardedMap } from '../base/structures/sharded-map.ts';

export class HealthTable {
  readonly #now: () => number;
  readonly #slots = new ShardedMap<number>();
  /** By slot: the id of its target, how often it is held, and whether its probes have ended. */
  readonly #ids: string[] = [];
  readonly #holders: number[] = [];
  readonly #isGone: boolean[] = [];
  /** Slots that became free, the longest free first; a slot in use again is skipped. */
  #free: Freed[] = [];
  #freeHead = 0;
  #down = new Uint8Array(64);
  #countDown = 0;
  /** How often a state has changed. */
  changes = 0;

  /** `now` returns milliseconds from any starting point. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** The number of slots, free ones included. */
  get size(): number {
    return this.#ids.length;
  }

  /** The slot of a target, which it keeps as long as it is probed or {@link hold held}. */
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

  /** Keeps a slot for its target until it is released as often as it was held. */
  hold(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 0) + 1;
  }

  release(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 1) - 1;
    this.#freeIfUnused(slot);
  }

  /** Sets the state of a target. `gone`: control probes it no more, and a later report begins anew. */
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

  /** Whether no target is down, as nearly always: then plans need not look at each. */
  get areAllUp(): boolean {
    return this.#countDown === 0;
  }

  /** Whether a target is not known to be down. Slot -1 is of an address without a check. */
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

  /** A free slot that no query can use any more. */
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
      // A slot that was used and became free again has a later entry in the list.
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

/** Milliseconds a slot rests: longer than any query waits that began with a replaced version. */
const REST_MS = 10_000;
