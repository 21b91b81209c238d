/**
 * The last known state of each target, as an answer process keeps it: one octet each, so that plans
 * read an array and never a map. Targets are numbers that control gave them (control/fleet/target-numbers.ts).
 *
 * A target has a slot as long as it is down or a served version names it. A target without a report
 * counts as up: health does not steer a pool before its first round of probes has finished.
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
  #down = new Uint8Array(64);
  /** By slot; NaN where it is not known. */
  readonly #measured: Record<Measure, Float64Array> = { latency: unknown(64), load: unknown(64) };
  /** By slot, whether somebody has gone by its values. */
  #isAsked = new Uint8Array(64);
  #countDown = 0;
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
    const slot = this.#rested() ?? this.#targets.length;
    this.#slots.set(target, slot);
    this.#targets[slot] = target;
    this.#holders[slot] = 0;
    this.#restsSince[slot] = IN_USE;
    if (slot === this.#down.length) this.#grow(2 * slot);
    this.#isAsked[slot] = 0;
    for (const measure of MEASURES) this.#measured[measure][slot] = Number.NaN;
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
  set(target: number, state: 'up' | 'down'): void {
    if (state === 'down') {
      this.#setDown(this.slot(target), 1);
      return;
    }
    const slot = this.#slots.get(target);
    if (slot === undefined || this.#down[slot] === 0) return;
    this.#setDown(slot, 0);
    this.#restIfUnused(slot);
  }

  /** Sets what is measured of a target, NaN where it is not known, if a served version names it. */
  setValues(target: number, latencyMs: number, load: number): void {
    const slot = this.#slots.get(target);
    if (slot === undefined) return;
    this.#measured.latency[slot] = latencyMs;
    this.#measured.load[slot] = load;
    if (this.#isAsked[slot] === 1) this.changes += 1;
  }

  /** What is measured of the target of a slot; NaN where it is not known. */
  measured(slot: number, measure: Measure): number {
    if (slot < 0) return Number.NaN;
    this.#isAsked[slot] = 1;
    return this.#measured[measure][slot] ?? Number.NaN;
  }

  /** Whether no target is down, as nearly always: then plans need not look at each. */
  get areAllUp(): boolean {
    return this.#countDown === 0;
  }

  /** Whether a target is not known to be down. Slot -1 is of an address without a check. */
  isUp(slot: number): boolean {
    return slot < 0 || this.#down[slot] === 0;
  }

  /** A copy in which some slots are down and others up, whatever is known of them: nothing that is set in one shows in the other. */
  asIf(down: Iterable<number>, up: Iterable<number>): HealthTable {
    const copy = new HealthTable(this.#now);
    // There is room for slots that are given out while the copy is looked at.
    copy.#down = new Uint8Array(2 * this.#down.length);
    copy.#down.set(this.#down);
    copy.#countDown = this.#countDown;
    copy.#isAsked = new Uint8Array(copy.#down.length);
    for (const measure of MEASURES)
      copy.#measured[measure] = grown(this.#measured[measure], copy.#down.length);
    for (const slot of up) copy.#setDown(slot, 0);
    for (const slot of down) copy.#setDown(slot, 1);
    return copy;
  }

  #grow(size: number): void {
    const [down, asked] = [this.#down, this.#isAsked];
    this.#down = new Uint8Array(size);
    this.#down.set(down);
    this.#isAsked = new Uint8Array(size);
    this.#isAsked.set(asked);
    for (const measure of MEASURES) this.#measured[measure] = grown(this.#measured[measure], size);
  }

  #setDown(slot: number, down: 0 | 1): void {
    if (this.#down[slot] === down) return;
    this.#countDown += 2 * down - 1;
    this.#down[slot] = down;
    this.changes += 1;
  }

  #isUnused(slot: number): boolean {
    return this.#holders[slot] === 0 && this.#down[slot] === 0;
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

/** What is measured of targets beside their state: milliseconds that probes take, and the load that they say. */
export type Measure = 'latency' | 'load';

const MEASURES: readonly Measure[] = ['latency', 'load'];

function unknown(size: number): Float64Array {
  return new Float64Array(size).fill(Number.NaN);
}

function grown(values: Float64Array, size: number): Float64Array {
  const larger = unknown(size);
  larger.set(values);
  return larger;
}

/** Stands for the time since when a slot rests that never did. */
const IN_USE = -1;
/** Milliseconds a slot rests: longer than any query waits that began with a replaced version. */
const REST_MS = 10_000;
