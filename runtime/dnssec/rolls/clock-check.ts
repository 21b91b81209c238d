/** Judges the clock: a roll that waits for times must not believe one that was set by mistake. */
import type { Reason } from './reasons.ts';
import type { RollPolicy } from './roll-policy.ts';
import type { RollState } from './roll-state.ts';

export interface ClockReading {
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds since the last step, by a clock that nobody sets; `undefined` at the first step after a start. */
  readonly elapsed: number | undefined;
}

/** Clocks are set back by a little all the time. */
const SLACK = 60;

/** The reason not to step; `doubt` is what the state is to remember of it. */
export function doubtOf(
  { at, doubt }: Pick<RollState, 'at' | 'doubt'>,
  { now, elapsed }: ClockReading,
  { clock }: RollPolicy,
): { readonly reason: Reason; readonly doubt: number | undefined } | undefined {
  if (now < at - SLACK) return { reason: { kind: 'clock-back', last: at, now }, doubt };
  // A doubt outlives a restart, and ends when the clock has been mended: then it says less than it did.
  const wasMended = doubt !== undefined && now < doubt - SLACK;
  const most = elapsed === undefined ? clock.start : elapsed + clock.running;
  const leaps = now - at > most;
  if (!leaps && (doubt === undefined || wasMended)) return undefined;
  return { reason: { kind: 'clock-ahead', last: at, now }, doubt: wasMended ? now : (doubt ?? now) };
}
