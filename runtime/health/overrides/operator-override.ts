/** What an operator has said of targets: who, why, from when and until when. */
import { ttlFromText } from '../../wire/ttl.ts';
import type { Forced } from './zone-overrides.ts';

/** `drain`: out, even in the last resort, at once or little by little. `up`, `down`: as if probes had said so. */
export type OverrideKind = 'drain' | 'up' | 'down';

export interface OperatorOverride {
  readonly kind: OverrideKind;
  /** As target-pattern.ts has it. */
  readonly target: string;
  readonly owner: string;
  readonly reason?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly expires?: number;
  /** Of a drain: which share is left, and how it comes to that. Absent: none, at once. */
  readonly ramp?: Ramp;
}

/** From one share to another, evenly. Times in milliseconds since 1970. */
export interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly begins: number;
  readonly ends: number;
}

/** Characters of a reason, and of other texts that operators write. */
export const MOST_TEXT = 400;
/** A year. */
const MOST_SECONDS = 366 * 86_400;

/** The seconds of a time as operators write it: `90s`, `10m`, `2h`, `3d`, up to a year; `undefined` for all else. */
export function secondsWritten(text: string): number | undefined {
  const seconds = ttlFromText(text);
  return seconds !== undefined && seconds > 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}

/** How many steps a ramp has at most, and how many milliseconds each takes at least: each has replies made anew. */
const MOST_STEPS = 50;
const LEAST_STEP_MS = 1000;

/** Two overrides with one key are one: the later takes the place of the earlier. */
export function overrideKey({ kind, target }: Pick<OperatorOverride, 'kind' | 'target'>): string {
  return `${kind === 'drain' ? 'drain' : 'force'} ${target}`;
}

/** Which share a drain leaves at a moment, from 0 to 1. */
export function shareLeft({ ramp }: Pick<OperatorOverride, 'ramp'>, now: number): number {
  if (ramp === undefined) return 0;
  const { from, to, begins, ends } = ramp;
  if (now >= ends) return to;
  if (now <= begins) return from;
  const step = stepMs(ramp);
  const passed = Math.floor((now - begins) / step) * step;
  return from + ((to - from) * passed) / (ends - begins);
}

/** When something of it changes next by itself; infinity if never. */
export function changesAt(
  { ramp, expires = Number.POSITIVE_INFINITY }: OperatorOverride,
  now: number,
): number {
  if (ramp === undefined || now >= ramp.ends) return expires;
  const step = stepMs(ramp);
  const next = ramp.begins + (Math.floor(Math.max(0, now - ramp.begins) / step) + 1) * step;
  return Math.min(expires, ramp.ends, next);
}

/** Whether it has nothing to say any more. */
export function isOver({ kind, ramp, expires }: OperatorOverride, now: number): boolean {
  if (expires !== undefined && now >= expires) return true;
  return kind === 'drain' && ramp !== undefined && ramp.to === 1 && now >= ramp.ends;
}

export function forcedBy(override: OperatorOverride, now: number): Forced {
  return override.kind === 'drain' ? shareLeft(override, now) : override.kind;
}

function stepMs({ begins, ends }: Ramp): number {
  return Math.max(LEAST_STEP_MS, (ends - begins) / MOST_STEPS);
}
