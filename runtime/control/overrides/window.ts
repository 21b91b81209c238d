/** Windows of maintenance: when one is open, once or again and again, and what it says while it is. */
import { readMoment } from '../../answer/facts/moment-text.ts';
import type { OperatorOverride } from '../../health/overrides/operator-override.ts';
import type { Said } from '../../health/overrides/resolve.ts';
import type { TargetPattern } from '../../health/overrides/target-pattern.ts';

export interface MaintenanceWindow {
  readonly name: string;
  readonly targets: readonly TargetPattern[];
  readonly kind: 'drain' | 'down';
  /** Of a drain: for how many milliseconds it goes on. */
  readonly overMs?: number;
  readonly reason?: string;
  /** When it opens for the first time, as it was written, and in milliseconds since 1970. */
  readonly first: string;
  readonly firstAt: number;
  readonly lengthMs: number;
  /** It opens again every so many days, by the clocks of its time zone. */
  readonly everyDays?: number;
}

/** In milliseconds since 1970. */
export interface OpenTime {
  readonly begins: number;
  readonly ends: number;
}

const DAY_MS = 86_400_000;

/** When it is open: the time that goes on, or else the next; `undefined` if there is none any more. */
export function openTime(window: MaintenanceWindow, now: number): OpenTime | undefined {
  const { firstAt, everyDays, lengthMs } = window;
  if (everyDays === undefined) {
    const ends = firstAt + lengthMs;
    return now < ends ? { begins: firstAt, ends } : undefined;
  }
  // Clocks that are set make a day shorter or longer than others.
  let turn = Math.max(0, Math.floor((now - lengthMs - firstAt) / (everyDays * DAY_MS)) - 1);
  for (;;) {
    const begins = beginOf(window, turn * everyDays);
    if (begins + lengthMs > now) return { begins, ends: begins + lengthMs };
    turn += 1;
  }
}

/** What a window says at a moment; nothing while it is closed. */
export function saidBy(window: MaintenanceWindow, now: number): Said[] {
  const time = openTime(window, now);
  if (time === undefined || now < time.begins) return [];
  const { name, targets, kind, overMs, reason } = window;
  const { begins, ends } = time;
  return targets.map((pattern) => {
    const override: OperatorOverride = {
      kind,
      target: pattern.text,
      owner: 'maintenance',
      ...(reason !== undefined && { reason }),
      since: begins,
      expires: ends,
      ...(overMs !== undefined && { ramp: { from: 1, to: 0, begins, ends: begins + overMs } }),
    };
    return { override, pattern, window: name };
  });
}

/** When it opens or closes next. */
export function nextEdge(window: MaintenanceWindow, now: number): number {
  const time = openTime(window, now);
  if (time === undefined) return Number.POSITIVE_INFINITY;
  return now < time.begins ? time.begins : time.ends;
}

/** The same time of the clock so many days later; where clocks skip it, what they show an hour later. */
function beginOf({ first, firstAt }: MaintenanceWindow, days: number): number {
  const written = first.trim();
  const [date, rest] = [written.slice(0, 10), written.slice(10)] as const;
  const shifted = new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
  const moment = readMoment(`${shifted}${rest}`);
  if (moment.ok) return moment.value;
  const later = rest.replace(/\d\d(?=:)/, (hour) => String(Number(hour) + 1).padStart(2, '0'));
  const skipped = readMoment(`${shifted}${later}`);
  return skipped.ok ? skipped.value : firstAt + days * DAY_MS;
}
