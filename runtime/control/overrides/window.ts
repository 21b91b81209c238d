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
  /** The last moment at which it opens again; absent: it always does. */
  readonly lastAt?: number;
  /** Moments at which it does not open although it were to. */
  readonly except?: ReadonlySet<number>;
}

/** In milliseconds since 1970. */
export interface OpenTime {
  readonly begins: number;
  readonly ends: number;
}

const DAY_MS = 86_400_000;

/** When it is open: the time that goes on, or else the next; `undefined` if there is none any more. */
export function openTime(window: MaintenanceWindow, now: number): OpenTime | undefined {
  const { firstAt, everyDays, lengthMs, lastAt = Number.POSITIVE_INFINITY, except } = window;
  if (everyDays === undefined) {
    const ends = firstAt + lengthMs;
    return now < ends ? { begins: firstAt, ends } : undefined;
  }
  // Clocks that are set make a day shorter or longer than others.
  let turn = Math.max(0, Math.floor((now - lengthMs - firstAt) / (everyDays * DAY_MS)) - 1);
  for (;;) {
    const begins = beginOf(window, turn * everyDays);
    if (begins > lastAt) return undefined;
    if (begins + lengthMs > now && except?.has(begins) !== true) return { begins, ends: begins + lengthMs };
    turn += 1;
  }
}

/** The same begin so many days later. */
export function daysLater({ first, firstAt }: Begin, days: number): Begin {
  const written = `${dayLater(first, days)}${first.trim().slice(10)}`;
  return { first: written, firstAt: beginOf({ first, firstAt }, days) };
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
function beginOf({ first, firstAt }: Begin, days: number): number {
  const rest = first.trim().slice(10);
  const shifted = dayLater(first, days);
  const moment = readMoment(`${shifted}${rest}`);
  if (moment.ok) return moment.value;
  const later = rest.replace(/\d\d(?=:)/, (hour) => String(Number(hour) + 1).padStart(2, '0'));
  const skipped = readMoment(`${shifted}${later}`);
  return skipped.ok ? skipped.value : firstAt + days * DAY_MS;
}

type Begin = Pick<MaintenanceWindow, 'first' | 'firstAt'>;

/** The date that a moment begins with, so many days later. */
function dayLater(first: string, days: number): string {
  const date = Date.parse(`${first.trim().slice(0, 10)}T00:00Z`);
  return new Date(date + days * DAY_MS).toISOString().slice(0, 10);
}
