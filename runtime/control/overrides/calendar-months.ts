/** Reads what an RRULE with FREQ=MONTHLY or FREQ=YEARLY (RFC 5545 §3.3.10) says of days. */
import { isWhole } from '../../base/data-reader.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { numbersIn, type RuleParts, signedIn, WEEKDAYS, wholeIn } from './calendar-parts.ts';
import { beginsOn, type DayRule, dateOf, type OrdinalWeekday } from './recurring-days.ts';

const MOST_YEARS = 10;

/** `first`: the day of the first begin, which is a day of the rule, counted from 1970. */
export function readDayRule(parts: RuleParts, freq: 'MONTHLY' | 'YEARLY', first: number): Result<DayRule> {
  const isYearly = freq === 'YEARLY';
  const interval = wholeIn(parts.get('INTERVAL') ?? '1');
  if (!isWhole(interval, 1, isYearly ? MOST_YEARS : 12 * MOST_YEARS))
    return fail(`RRULE must come again within ${MOST_YEARS} years`);
  const months = numbersIn(parts, 'BYMONTH', 12, false);
  if (!months.ok) return months;
  const monthDays = numbersIn(parts, 'BYMONTHDAY', 31);
  if (!monthDays.ok) return monthDays;
  const ofYear = isYearly && months.value === undefined;
  const weekdays = weekdaysIn(parts.get('BYDAY'), ofYear ? 53 : 5);
  if (!weekdays.ok) return weekdays;
  const positions = numbersIn(parts, 'BYSETPOS', 366);
  if (!positions.ok) return positions;
  const said = { months: months.value, monthDays: monthDays.value, weekdays: weekdays.value };
  // RFC 5545 §3.3.10: BYSETPOS is only used with another BYxxx part.
  if (positions.value !== undefined && Object.values(said).every((one) => one === undefined))
    return fail('BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH');
  const rule = {
    period: isYearly ? 'year' : 'month',
    interval,
    ...filledIn(said, isYearly, first),
    ...(positions.value !== undefined && { positions: positions.value }),
  } as const;
  // RFC 5545 §3.8.5.3: what a rule comes to that does not begin at DTSTART is undefined.
  return beginsOn(rule, first) ? ok(rule) : fail('DTSTART must be on a day of its RRULE');
}

interface SaidDays {
  readonly months: readonly number[] | undefined;
  readonly monthDays: readonly number[] | undefined;
  readonly weekdays: readonly OrdinalWeekday[] | undefined;
}

/** RFC 5545 §3.3.10: what a rule does not say is as in DTSTART. */
function filledIn(
  { months, monthDays, weekdays }: SaidDays,
  isYearly: boolean,
  first: number,
): Pick<DayRule, 'months' | 'monthDays' | 'weekdays'> {
  const date = dateOf(first);
  const isDayOfDate = monthDays === undefined && weekdays === undefined;
  const inMonths = months ?? (isYearly && isDayOfDate ? [date.month] : undefined);
  const onMonthDays = isDayOfDate ? [date.monthDay] : monthDays;
  return {
    ...(inMonths !== undefined && { months: new Set(inMonths) }),
    ...(onMonthDays !== undefined && { monthDays: onMonthDays }),
    ...(weekdays !== undefined && { weekdays }),
  };
}

function weekdaysIn(
  written: string | undefined,
  most: number,
): Result<readonly OrdinalWeekday[] | undefined> {
  if (written === undefined) return ok(undefined);
  const days = written
    .toUpperCase()
    .split(',')
    .map((one) => ({ weekday: WEEKDAYS.indexOf(one.slice(-2)), ordinal: ordinalIn(one.slice(0, -2)) }));
  return days.every(({ weekday, ordinal }) => weekday !== -1 && isWhole(Math.abs(ordinal), 0, most))
    ? ok(days)
    : fail(`BYDAY must be days of the week here, such as MO, 2TU or -1FR, with numbers up to ${most}`);
}

/** 0 where none is written; NaN for 0, which is no day. */
function ordinalIn(written: string): number {
  if (written === '') return 0;
  return signedIn(written) || Number.NaN;
}
