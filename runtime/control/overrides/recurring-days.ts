/**
 * The days of months and of years on which a window opens (RFC 5545 §3.3.10, FREQ=MONTHLY and FREQ=YEARLY). A day is a
 * number, counted from 1970-01-01 as 0, and so are months, from January of year 0: no time zone comes in here.
 */

/** At least one of `monthDays` and `weekdays` is said; where both are, a day is one of each. */
export interface DayRule {
  readonly period: 'month' | 'year';
  /** Periods from one that counts to the next. */
  readonly interval: number;
  /** From 1 for January; absent: all. */
  readonly months?: ReadonlySet<number>;
  /** From 1, or from -1 for the last of the month. A month that has no such day is passed over. */
  readonly monthDays?: readonly number[];
  readonly weekdays?: readonly OrdinalWeekday[];
  /** Which of the days of a period count: from 1 for the first, or from -1 for the last; absent: all. */
  readonly positions?: readonly number[];
}

export interface OrdinalWeekday {
  /** From 0 for Monday. */
  readonly weekday: number;
  /** Which one of the month, or of the year where no months are said: from 1, or from -1 for the last; 0 is each. */
  readonly ordinal: number;
}

const DAY_MS = 86_400_000;
/** Dates are written with four digits of a year. */
const MONTHS_END = 12 * 10_000;

/**
 * The days from `from` on, in their order, of a rule that begins on `first`. They need no bound: the calendar repeats
 * itself after 4800 months, and so does a day that there was once.
 */
export function* daysOf(rule: DayRule, first: number, from: number): Generator<number, void> {
  const origin = periodOf(rule, first);
  const step = (rule.period === 'month' ? 1 : 12) * rule.interval;
  const passed = Math.max(0, Math.floor((monthOf(from) - origin) / step));
  for (let month = origin + passed * step; month < MONTHS_END; month += step)
    for (const day of daysOfPeriod(rule, month)) if (day >= first && day >= from) yield day;
}

/** Whether a rule can begin on a day, which is one of its own then. */
export function beginsOn(rule: DayRule, first: number): boolean {
  return daysOfPeriod(rule, periodOf(rule, first)).includes(first);
}

/** From 0 for Monday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return modulo(day + 3, 7);
}

/** Month from 1, and day of it from 1. */
export function dateOf(day: number): { readonly month: number; readonly monthDay: number } {
  const date = new Date(day * DAY_MS);
  return { month: date.getUTCMonth() + 1, monthDay: date.getUTCDate() };
}

/** The month with which the period of a day begins. */
function periodOf({ period }: DayRule, day: number): number {
  const month = monthOf(day);
  return period === 'month' ? month : month - (month % 12);
}

function daysOfPeriod(rule: DayRule, begin: number): number[] {
  const { period, months, monthDays, weekdays, positions } = rule;
  const counting: number[] = [];
  for (let month = begin; month < begin + (period === 'year' ? 12 : 1); month += 1)
    if (months === undefined || months.has((month % 12) + 1)) counting.push(month);
  if (counting.length === 0) return [];
  const dated = monthDays && counting.flatMap((month) => datedIn(month, monthDays));
  // RFC 5545 §3.3.10, note 2: ordinals of a year count within its months where BYMONTH says some.
  const spans =
    period === 'year' && months === undefined
      ? [[begin, begin + 12] as const]
      : counting.map((month) => [month, month + 1] as const);
  const named = weekdays && spans.flatMap(([from, to]) => weekdaysIn(firstOf(from), firstOf(to), weekdays));
  const either = new Set(named);
  const days =
    dated === undefined || named === undefined ? (dated ?? named) : dated.filter((day) => either.has(day));
  const sorted = [...new Set(days)].sort((one, other) => one - other);
  if (positions === undefined) return sorted;
  return sorted.filter((_, at) => positions.includes(at + 1) || positions.includes(at - sorted.length));
}

/** RFC 5545 §3.3.10: dates that there are not, such as 30 February, are passed over. */
function datedIn(month: number, monthDays: readonly number[]): number[] {
  const [from, to] = [firstOf(month), firstOf(month + 1)];
  return monthDays
    .map((day) => (day > 0 ? from + day - 1 : to + day))
    .filter((day) => day >= from && day < to);
}

function weekdaysIn(from: number, to: number, weekdays: readonly OrdinalWeekday[]): number[] {
  return weekdays.flatMap(({ weekday, ordinal }) => {
    const first = from + modulo(weekday - weekdayOf(from), 7);
    const count = Math.ceil((to - first) / 7);
    if (ordinal === 0) return Array.from({ length: count }, (_, at) => first + 7 * at);
    const at = ordinal > 0 ? ordinal - 1 : count + ordinal;
    return at >= 0 && at < count ? [first + 7 * at] : [];
  });
}

function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}

function firstOf(month: number): number {
  // Date.UTC takes the years to 99 for those of the last century.
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
