/**
 * The last known state of each target, as an answer process keeps it: one octet each, so that plans
 * read an array and never a map. Targets are numbers that control gave them (control/fleet/target-numbers.ts).
 *
 * A target has a slot as long as it is not up or a served version names it. A target without a report
 * counts as up: health does not steer a pool before its first round of probes has finished. A target that flaps is held:
 * it is up, but counts as down wherever somebody else is up (control/health/damper.ts).
 */
import { ShardedMap } from '../base/structures/sharded-map.ts';

export class HealthTable {
  readonly #now: () => number;
  /** By target. */
  readonly #slots = new ShardedMap<number>();
  /** By slot: its target, how often it is held, and since when it rests. */
  readonly #targets: number[] = [];
  readonly #holders: number[] = [];
  readonly #restsSince: number[] = [];
  /** Slots in the order in which they began to rest, and when they did; a slot in use again is skipped. */
  #resting: number[] = [];
  #began: number[] = [];
  #head = 0;
  /** By slot: whether its target is up, down or held. */
  #states = new Uint8Array(64);
  /** How many are not up, and how many of them are held. */
  #countDown = 0;
  #countHeld = 0;
  /** By slot: how many results in a row were against its state. */
  #near = new Uint8Array(64);
  /** Targets that are held are taken for up: where nobody else is left. */
  takesHeld = false;
  /** How often a state has changed. */
  changes = 0;

  /** `now` returns milliseconds from any starting point. */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** The number of slots, free ones included. */
  get size(): number {
    return this.#targets.length;
  }

  /** The slot of a target, which it keeps as long as it is down or {@link hold held}. */
  slot(target: number): number {
    const known = this.#slots.get(target);
    if (known !== undefined) return known;
    const slot = this.#rested() ?? this.#targets.length;
    this.#slots.set(target, slot);
    this.#targets[slot] = target;
    this.#holders[slot] = 0;
    this.#restsSince[slot] = IN_USE;
    if (slot === this.#states.length) {
      this.#states = twiceAsLong(this.#states);
      this.#near = twiceAsLong(this.#near);
    }
    return slot;
  }

  /** Keeps a slot for its target until it is released as often as it was held. */
  hold(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 0) + 1;
  }

  release(slot: number): void {
    this.#holders[slot] = (this.#holders[slot] ?? 1) - 1;
    this.#restIfUnused(slot);
  }

  /** Sets the state of a target. What is probed no more is `up`, as what was never probed. */
  set(target: number, state: 'up' | 'down' | 'held'): void {
    if (state !== 'up') {
      this.#setState(this.slot(target), state === 'down' ? DOWN : HELD);
      return;
    }
    const slot = this.#slots.get(target);
    if (slot === undefined || this.#states[slot] === UP) return;
    this.#setState(slot, UP);
    this.#restIfUnused(slot);
  }

  /** Sets how many results in a row were against the state of a target. */
  setNear(target: number, against: number): void {
    const slot = against > 0 ? this.slot(target) : this.#slots.get(target);
    if (slot === undefined || this.#near[slot] === against) return;
    this.#near[slot] = against;
    this.changes += 1;
    this.#restIfUnused(slot);
  }

  /** Whether no target is down or held, as nearly always: then plans need not look at each. */
  get areAllUp(): boolean {
    return this.#countDown === 0;
  }

  get areAnyHeld(): boolean {
    return this.#countHeld > 0;
  }

  /** Whether a target is not known to be down. Slot -1 is of an address without a check. */
  isUp(slot: number): boolean {
    if (slot < 0) return true;
    const state = this.#states[slot];
    return state === UP || (this.takesHeld && state === HELD);
  }

  /** How many results in a row were against the state of a target. */
  near(slot: number): number {
    return this.#near[slot] ?? 0;
  }

  /** A copy in which some slots are down and others up, whatever is known of them: nothing that is set in one shows in the other. */
  asIf(down: Iterable<number>, up: Iterable<number>): HealthTable {
    const copy = new HealthTable(this.#now);
    // There is room for slots that are given out while the copy is looked at.
    copy.#states = twiceAsLong(this.#states);
    copy.#near = twiceAsLong(this.#near);
    copy.#countDown = this.#countDown;
    copy.#countHeld = this.#countHeld;
    for (const slot of up) copy.#setState(slot, UP);
    for (const slot of down) copy.#setState(slot, DOWN);
    return copy;
  }

  #setState(slot: number, state: number): void {
    const before = this.#states[slot] ?? UP;
    if (before === state) return;
    this.#countDown += Number(state !== UP) - Number(before !== UP);
    this.#countHeld += Number(state === HELD) - Number(before === HELD);
    this.#states[slot] = state;
    this.changes += 1;
  }

  #isUnused(slot: number): boolean {
    return this.#holders[slot] === 0 && this.#states[slot] === UP && this.#near[slot] === 0;
  }

  #restIfUnused(slot: number): void {
    if (!this.#isUnused(slot)) return;
    const now = this.#now();
    this.#restsSince[slot] = now;
    this.#resting.push(slot);
    this.#began.push(now);
  }

  /** A slot that no query can use any more. */
  #rested(): number | undefined {
    for (;;) {
      const slot = this.#resting[this.#head];
      const began = this.#began[this.#head];
      if (slot === undefined || began === undefined || this.#now() - began < REST_MS) return undefined;
      this.#head += 1;
      if (2 * this.#head > this.#resting.length) {
        this.#resting = this.#resting.slice(this.#head);
        this.#began = this.#began.slice(this.#head);
        this.#head = 0;
      }
      // A slot that was used meanwhile, and rests again, comes later.
      if (!this.#isUnused(slot) || this.#restsSince[slot] !== began) continue;
      this.#slots.delete(this.#targets[slot] ?? -1);
      return slot;
    }
  }
}

const [UP, DOWN, HELD] = [0, 1, 2];

function twiceAsLong(states: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(2 * states.length);
  longer.set(states);
  return longer;
}

/** Stands for the time since when a slot rests that never did. */
const IN_USE = -1;
/** Milliseconds a slot rests: longer than any query waits that began with a replaced version. */
const REST_MS = 10_000;
