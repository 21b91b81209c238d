/**
 * The last known state of each target, as an answer process keeps it: one octet each, so that plans
 * read an array and never a map. Targets are numbers that control gave them (control/fleet/target-numbers.ts).
 *
 * A target has a slot as long as it is not up or a served version names it. A target without a report
 * counts as up: health does not steer a pool before its first round of probes has finished. A target that flaps is held:
 * it is up, but counts as down wherever somebody else is up (control/health/damper.ts).
 *
 * What operators have overridden has slots of its own (answer/steering/overridden-pool.ts), which follow those of
 * targets. Their octet has the state, and above it the part that a drain has taken away of what is still up:
 *
 *     7      6      5      4      3      2      1      0
 *     └──────── lost, in 64ths ─────────┘      └ up, down, out, held
 */
import { ShardedMap } from '../base/structures/sharded-map.ts';
import { type Measure, SlotValues } from './values.ts';

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
  readonly #values = new SlotValues();
  #octets = new Uint8Array(64);
  /** How many are not wholly up, and how many of them are up in part. */
  #countMarked = 0;
  #countPartial = 0;
  #countHeld = 0;
  readonly #followers = new Map<number, Set<SlotFollower>>();
  /** By slot: how many results in a row were against its state. */
  #near = new Uint8Array(64);
  /** Targets that are held are taken for up: where nobody else is left. */
  takesHeld = false;
  /** How often a state has changed, or a value that somebody goes by. */
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
    const slot = this.#take(target);
    this.#slots.set(target, slot);
    return slot;
  }

  /** A slot of no target, held once: whoever made it {@link mark}s it, and {@link disown}s it in the end. */
  own(): number {
    const slot = this.#take(NO_TARGET);
    this.#holders[slot] = 1;
    return slot;
  }

  disown(slot: number): void {
    this.#setOctet(slot, UP);
    this.markNear(slot, 0);
    this.release(slot);
  }

  /** Sets the state of a slot of its own; `share` of what it would get is what it gets while it is up, above 0 to 1. */
  mark(slot: number, state: SlotState, share = 1): void {
    const lost = state === 'up' ? Math.min(STEPS - 1, Math.round((1 - share) * STEPS)) : 0;
    this.#setOctet(slot, OCTETS[state] | (lost << LOST_SHIFT));
  }

  /** Tells the follower of each change of a slot's state, until the function that is returned is called. */
  follow(slot: number, follower: SlotFollower): () => void {
    const all = this.#followers.get(slot) ?? new Set();
    this.#followers.set(slot, all);
    all.add(follower);
    return () => {
      all.delete(follower);
      if (all.size === 0 && this.#followers.get(slot) === all) this.#followers.delete(slot);
    };
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
      this.#setOctet(this.slot(target), OCTETS[state]);
      return;
    }
    const slot = this.#slots.get(target);
    if (slot === undefined || this.#octets[slot] === UP) return;
    this.#setOctet(slot, UP);
    this.#restIfUnused(slot);
  }

  /** Sets what is measured of a target, NaN where it is not known, if a served version names it. */
  setValues(target: number, latencyMs: number, load: number): void {
    const slot = this.#slots.get(target);
    if (slot !== undefined && this.#values.set(slot, latencyMs, load)) this.changes += 1;
  }

  /** What is measured of the target of a slot; NaN where it is not known. */
  measured(slot: number, measure: Measure): number {
    return this.#values.measured(slot, measure);
  }

  /** Sets how many results in a row were against the state of a target. */
  setNear(target: number, against: number): void {
    const slot = against > 0 ? this.slot(target) : this.#slots.get(target);
    if (slot === undefined || this.#near[slot] === against) return;
    this.markNear(slot, against);
    this.#restIfUnused(slot);
  }

  /** The same for a slot of its own. */
  markNear(slot: number, against: number): void {
    if (this.#near[slot] === against) return;
    this.#near[slot] = against;
    this.changes += 1;
    this.#tellFollowers(slot);
  }

  /** Whether all is wholly up, as nearly always: then plans need not look at each. */
  get areAllUp(): boolean {
    return this.#countMarked === 0;
  }

  /** Whether anything is up in part, see {@link share}. */
  get arePartial(): boolean {
    return this.#countPartial > 0;
  }

  get areAnyHeld(): boolean {
    return this.#countHeld > 0;
  }

  /** Whether a target is not known to be down. Slot -1 is of an address without a check. */
  isUp(slot: number): boolean {
    if (slot < 0) return true;
    const state = (this.#octets[slot] ?? UP) & STATE;
    return state === UP || (this.takesHeld && state === HELD);
  }

  /** What is known of a target, of a slot that is none of its own. */
  stateOf(slot: number): 'up' | 'down' | 'held' {
    const state = slot < 0 ? UP : (this.#octets[slot] ?? UP) & STATE;
    if (state === HELD) return 'held';
    return state === UP ? 'up' : 'down';
  }

  /** Whether it is not to be served, not even where nothing else is left. */
  isOut(slot: number): boolean {
    return slot >= 0 && ((this.#octets[slot] ?? UP) & STATE) === OUT;
  }

  /** Which share of what it would get it gets while it is up, above 0 to 1. */
  share(slot: number): number {
    return slot < 0 ? 1 : 1 - ((this.#octets[slot] ?? UP) >> LOST_SHIFT) / STEPS;
  }

  /** How many results in a row were against the state of a target. */
  near(slot: number): number {
    return this.#near[slot] ?? 0;
  }

  /** A copy in which some slots are down and others up, whatever is known of them: nothing that is set in one shows in the other. */
  asIf(down: Iterable<number>, up: Iterable<number>): HealthTable {
    const copy = new HealthTable(this.#now);
    // There is room for slots that are given out while the copy is looked at.
    copy.#octets = twiceAsLong(this.#octets);
    copy.#near = twiceAsLong(this.#near);
    copy.#countMarked = this.#countMarked;
    copy.#countPartial = this.#countPartial;
    copy.#countHeld = this.#countHeld;
    copy.#values.copyFrom(this.#values);
    for (const slot of up) copy.#setOctet(slot, UP);
    for (const slot of down) copy.#setOctet(slot, DOWN);
    return copy;
  }

  #take(target: number): number {
    const slot = this.#rested() ?? this.#targets.length;
    this.#targets[slot] = target;
    this.#holders[slot] = 0;
    this.#restsSince[slot] = IN_USE;
    if (slot === this.#octets.length) {
      this.#octets = twiceAsLong(this.#octets);
      this.#near = twiceAsLong(this.#near);
    }
    this.#values.clear(slot);
    return slot;
  }

  #setOctet(slot: number, octet: number): void {
    const before = this.#octets[slot] ?? UP;
    if (before === octet) return;
    this.#countMarked += Number(octet !== UP) - Number(before !== UP);
    this.#countPartial += Number(octet > STATE) - Number(before > STATE);
    this.#countHeld += Number(octet === HELD) - Number(before === HELD);
    this.#octets[slot] = octet;
    this.changes += 1;
    this.#tellFollowers(slot);
  }

  #tellFollowers(slot: number): void {
    if (this.#followers.size === 0) return;
    for (const follower of this.#followers.get(slot) ?? []) follower.changed(slot);
  }

  #isUnused(slot: number): boolean {
    return this.#holders[slot] === 0 && this.#octets[slot] === UP && this.#near[slot] === 0;
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

/** `out`: not to be served, not even where nothing else is left. */
export type SlotState = 'up' | 'down' | 'out' | 'held';

/** Is told of slots whose state has changed. */
export interface SlotFollower {
  changed(slot: number): void;
}

const UP = 0;
const DOWN = 1;
const OUT = 2;
const HELD = 3;
const OCTETS: Readonly<Record<SlotState, number>> = { up: UP, down: DOWN, out: OUT, held: HELD };
/** The bits of the state, and where the lost part is. */
const STATE = 3;
const LOST_SHIFT = 2;
const STEPS = 64;
/** The target of slots that have none. */
const NO_TARGET = -1;

function twiceAsLong(states: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(2 * states.length);
  longer.set(states);
  return longer;
}

/** Stands for the time since when a slot rests that never did. */
const IN_USE = -1;
/** Milliseconds a slot rests: longer than any query waits that began with a replaced version. */
const REST_MS = 10_000;
