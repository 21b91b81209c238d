/**
 * What is measured of a target beside its state: how long its probes take, and how loaded it says it is. Probes tell
 * something else each time; what others go by is a moving average, and only a difference that counts is news, so that
 * answers and what is kept of them do not change with each probe.
 */
import type { ProbeResult } from './probe.ts';

export interface TargetValues {
  /** Milliseconds that a probe takes: an exponentially weighted moving average of those that succeeded. */
  readonly latencyMs?: number | undefined;
  /** A number of the target's own, from 0: more is more. */
  readonly load?: number | undefined;
}

/** The part of the newest probe in the average: five probes make two thirds of it. */
const NEWEST = 0.2;
/** Relative differences that count, and milliseconds below which none does. */
const LATENCY_STEP = 0.2;
const LOAD_STEP = 0.1;
const LEAST_STEP_MS = 1;

export class MovingValues implements TargetValues {
  latencyMs: number | undefined;
  load: number | undefined;
  /** What others know. */
  #told: TargetValues = {};

  /** Takes a result in. `isMeasured`: whether its time is that of a probe. */
  add(result: ProbeResult, isMeasured: boolean): void {
    if (!result.ok) return;
    const { elapsedMs } = result;
    if (isMeasured)
      this.latencyMs =
        this.latencyMs === undefined ? elapsedMs : this.latencyMs + NEWEST * (elapsedMs - this.latencyMs);
    this.load = result.load;
  }

  /** What others are to know from now on; `undefined` if that is what they know. */
  news(): TargetValues | undefined {
    const { latencyMs, load } = this;
    const isNews =
      differs(latencyMs, this.#told.latencyMs, LATENCY_STEP, LEAST_STEP_MS) ||
      differs(load, this.#told.load, LOAD_STEP, 0);
    if (!isNews) return undefined;
    this.#told = { latencyMs, load };
    return this.#told;
  }

  get told(): TargetValues {
    return this.#told;
  }
}

function differs(one: number | undefined, other: number | undefined, step: number, least: number): boolean {
  if (one === undefined || other === undefined) return one !== other;
  const difference = Math.abs(one - other);
  return difference > least && difference > step * Math.max(one, other);
}

/** A load that somebody else says: a number from 0; `undefined` for all else. */
export function loadIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= MOST_LOAD ? number : undefined;
}

/** So much has room in a message between processes, and says as little as more would. */
export const MOST_LOAD = 1e12;

/** What is measured of targets beside their state: milliseconds that probes take, and the load that they say. */
export type Measure = 'latency' | 'load';

const MEASURES: readonly Measure[] = ['latency', 'load'];

/** Values by slot of the table of health, as an answer process keeps them; NaN where they are not known. */
export class SlotValues {
  readonly #measured: Record<Measure, Float64Array> = { latency: unknown(64), load: unknown(64) };
  /** By slot, whether somebody has gone by its values. */
  #isAsked = new Uint8Array(64);

  /** Sets the values of a slot. Returns whether somebody has gone by those before. */
  set(slot: number, latencyMs: number, load: number): boolean {
    this.#measured.latency[slot] = latencyMs;
    this.#measured.load[slot] = load;
    return this.#isAsked[slot] === 1;
  }

  measured(slot: number, measure: Measure): number {
    if (slot < 0) return Number.NaN;
    this.#isAsked[slot] = 1;
    return this.#measured[measure][slot] ?? Number.NaN;
  }

  /** Makes room for a slot, of which nothing is known and nobody has asked. */
  clear(slot: number): void {
    if (slot >= this.#isAsked.length) this.#grow(2 * slot);
    this.#isAsked[slot] = 0;
    for (const measure of MEASURES) this.#measured[measure][slot] = Number.NaN;
  }

  /** Takes over the values of another, of which nobody has asked here. */
  copyFrom(other: SlotValues): void {
    this.#isAsked = new Uint8Array(other.#isAsked.length);
    for (const measure of MEASURES)
      this.#measured[measure] = grown(other.#measured[measure], other.#isAsked.length);
  }

  #grow(size: number): void {
    const asked = new Uint8Array(size);
    asked.set(this.#isAsked);
    this.#isAsked = asked;
    for (const measure of MEASURES) this.#measured[measure] = grown(this.#measured[measure], size);
  }
}

function unknown(size: number): Float64Array {
  return new Float64Array(size).fill(Number.NaN);
}

function grown(values: Float64Array, size: number): Float64Array {
  const larger = unknown(size);
  larger.set(values);
  return larger;
}
