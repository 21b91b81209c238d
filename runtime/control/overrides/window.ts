/** Windows of maintenance: when one is open, once or again and again, and what it says while it is. */
import { readMoment } from '../../answer/facts/moment-text.ts';
import type { OperatorOverride } from '../../health/overrides/operator-override.ts';
import type { Said } from '../../health/overrides/resolve.ts';
import type { TargetPattern } from '../../health/overrides/target-pattern.ts';
import { type DayRule, daysOf } from './recurring-days.ts';

export interface WindowTimes {
  /** When it opens for the first time, as it was written, and in milliseconds since 1970. */
  readonly first: string;
  readonly firstAt: number;
  readonly lengthMs: number;
  /** It opens again every so many days, by the clocks of its time zone. */
  readonly everyDays?: number;
  /** Or on days of months or years, by the clocks of its time zone. */
  readonly onDays?: DayRule;
  /** The last moment at which it opens again; absent: it always does. */
  readonly lastAt?: number;
  /** Moments at which it does not open although it were to. */
  readonly except?: ReadonlySet<number>;
}

export type WindowBegin = Pick<WindowTimes, 'first' | 'firstAt'>;

export interface MaintenanceWindow extends WindowTimes {
  readonly name: string;
  readonly targets: readonly TargetPattern[];
  readonly kind: 'drain' | 'down';
  /** Of a drain: for how many milliseconds it goes on. */
  readonly overMs?: number;
  readonly reason?: string;
}

/** In milliseconds since 1970. */
export interface OpenTime {
  readonly begins: number;
  readonly ends: number;
}

const DAY_MS = 86_400_000;

/** When it is open: the time that goes on, or else the next; `undefined` if there is none any more. */
export function openTime(window: WindowTimes, now: number): OpenTime | undefined {
  const { lengthMs, lastAt = Number.POSITIVE_INFINITY, except } = window;
  for (const begins of beginsOf(window, now - lengthMs)) {
    if (begins > lastAt) return undefined;
    if (begins + lengthMs > now && except?.has(begins) !== true) return { begins, ends: begins + lengthMs };
  }
  return undefined;
}

/** Whether it opens at that very moment. */
export function opensAt(window: WindowTimes, moment: number): boolean {
  return openTime(window, moment + window.lengthMs - 1)?.begins === moment;
}

/** The day with which a moment begins, as its clocks show it, counted from 1970. */
export function firstDay(first: string): number {
  return Date.parse(`${first.trim().slice(0, 10)}T00:00Z`) / DAY_MS;
}

/** The same begin so many days later. */
export function daysLater({ first, firstAt }: WindowBegin, days: number): WindowBegin {
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

/** When it opens, in order: all times after a moment, and perhaps some before. */
function* beginsOf(window: WindowTimes, after: number): Generator<number, void> {
  const { first, firstAt, everyDays, onDays } = window;
  if (onDays !== undefined) {
    const begin = firstDay(first);
    // Clocks show another day than those of UTC, but never one further away than the next.
    const near = Math.floor(after / DAY_MS) - 1;
    for (const day of daysOf(onDays, begin, near)) yield beginOf(window, day - begin);
  } else if (everyDays === undefined) yield firstAt;
  else {
    // Clocks that are set make a day shorter or longer than others.
    let turn = Math.max(0, Math.floor((after - firstAt) / (everyDays * DAY_MS)) - 1);
    for (; ; turn += 1) yield beginOf(window, turn * everyDays);
  }
}

/** The same time of the clock so many days later; where clocks skip it, what they show an hour later. */
function beginOf({ first, firstAt }: WindowBegin, days: number): number {
  const rest = first.trim().slice(10);
  const shifted = dayLater(first, days);
  const moment = readMoment(`${shifted}${rest}`);
  if (moment.ok) return moment.value;
  const later = rest.replace(/\d\d(?=:)/, (hour) => String(Number(hour) + 1).padStart(2, '0'));
  const skipped = readMoment(`${shifted}${later}`);
  return skipped.ok ? skipped.value : firstAt + days * DAY_MS;
}

/** The date that a moment begins with, so many days later. */
function dayLater(first: string, days: number): string {
  return new Date((firstDay(first) + days) * DAY_MS).toISOString().slice(0, 10);
}
