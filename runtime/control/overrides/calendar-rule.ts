/** How a window of a calendar comes again: RRULE (RFC 5545 §3.3.10) as far as windows of maintenance go, by days and longer. */
import { isWhole } from '../../base/data-reader.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { readDayRule } from './calendar-months.ts';
import { type RuleParts, WEEKDAYS, wholeIn } from './calendar-parts.ts';
import { type DayRule, weekdayOf } from './recurring-days.ts';

/** What a rule comes to, and when it ends. */
export type CalendarRule = (EveryDays | OnDays) & CalendarRuleEnd;

/** One series or more, each again every so many days. */
interface EveryDays {
  readonly everyDays: number;
  /** Days from the first begin to that of each series, in their order; [0] where there is one. */
  readonly shifts: readonly number[];
}

interface OnDays {
  readonly onDays: DayRule;
}

interface CalendarRuleEnd {
  /** How often it opens. */
  readonly count?: number;
  /** The last moment at which it may open, as it is written. */
  readonly until?: string;
}

const PARTS = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST'];
const LONG_PARTS = [...PARTS, 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS'];
const MOST_DAYS = 366;
const MOST_COUNT = 100_000;
/** Of months and years: which day is the last is found by counting, while control does nothing else. */
const MOST_LONG_COUNT = 120;
const REMEDY = 'write the windows one by one';

/** `first`: the day of the first begin, counted from 1970. */
export function readCalendarRule(written: string, first: number): Result<CalendarRule> {
  const all = written.split(';');
  const parts = new Map(
    all.map((part) => [part.replace(/=.*/s, '').toUpperCase(), part.replace(/^[^=]*=?/, '')]),
  );
  // RFC 5545 §3.3.10: no part stands twice.
  if (parts.size < all.length) return fail('RRULE has a part that stands twice');
  const freq = parts.get('FREQ')?.toUpperCase();
  const isLong = freq === 'MONTHLY' || freq === 'YEARLY';
  if (!isLong && freq !== 'DAILY' && freq !== 'WEEKLY')
    return fail(`RRULE must be FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; ${REMEDY}`);
  for (const name of parts.keys())
    if (!(isLong ? LONG_PARTS : PARTS).includes(name))
      return fail(`RRULE may not have "${name.slice(0, 20)}" here, with FREQ=${freq}; ${REMEDY}`);
  if (!WEEKDAYS.includes((parts.get('WKST') ?? 'MO').toUpperCase()))
    return fail('WKST must be a day of the week, such as MO');
  const days = isLong ? onDaysOf(parts, freq, first) : everyDaysOf(parts, freq, weekdayOf(first));
  if (!days.ok) return days;
  const end = readEnd(parts, isLong ? MOST_LONG_COUNT : MOST_COUNT);
  return end.ok ? ok({ ...days.value, ...end.value }) : end;
}

function onDaysOf(parts: RuleParts, freq: 'MONTHLY' | 'YEARLY', first: number): Result<OnDays> {
  const onDays = readDayRule(parts, freq, first);
  return onDays.ok ? ok({ onDays: onDays.value }) : onDays;
}

function everyDaysOf(parts: RuleParts, freq: 'DAILY' | 'WEEKLY', weekday: number): Result<EveryDays> {
  const everyDays = wholeIn(parts.get('INTERVAL') ?? '1') * (freq === 'DAILY' ? 1 : 7);
  if (!isWhole(everyDays, 1, MOST_DAYS)) return fail(`RRULE must come again within ${MOST_DAYS} days`);
  const shifts = freq === 'DAILY' ? dailyShifts(parts) : weeklyShifts(parts, weekday, everyDays);
  return shifts.ok ? ok({ everyDays, shifts: shifts.value }) : shifts;
}

function dailyShifts(parts: RuleParts): Result<readonly number[]> {
  return parts.has('BYDAY') ? fail('BYDAY needs FREQ=WEEKLY, MONTHLY or YEARLY') : ok([0]);
}

function weeklyShifts(parts: RuleParts, weekday: number, everyDays: number): Result<readonly number[]> {
  const begin = WEEKDAYS.indexOf((parts.get('WKST') ?? 'MO').toUpperCase());
  const written = parts.get('BYDAY')?.toUpperCase().split(',');
  const days = written?.map((day) => WEEKDAYS.indexOf(day)) ?? [weekday];
  if (days.includes(-1)) return fail('BYDAY must be days of the week here, such as MO,TH');
  // RFC 5545 §3.8.5.3: what a rule comes to that does not begin at DTSTART is undefined.
  if (!days.includes(weekday)) return fail('DTSTART must be on a day of BYDAY');
  const inWeek = (day: number): number => (day - begin + 7) % 7;
  // A day before that of DTSTART comes first in the next week that counts.
  const shifts = days.map((day) => (inWeek(day) - inWeek(weekday) + everyDays) % everyDays);
  return ok([...new Set(shifts)].sort((one, other) => one - other));
}

function readEnd(parts: RuleParts, most: number): Result<CalendarRuleEnd> {
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')];
  if (until !== undefined)
    return count === undefined ? ok({ until }) : fail('RRULE has either COUNT or UNTIL, not both');
  if (count === undefined) return ok({});
  return isWhole(wholeIn(count), 1, most)
    ? ok({ count: wholeIn(count) })
    : fail(`COUNT must be from 1 to ${most}`);
}
