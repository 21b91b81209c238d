/** How a window of a calendar comes again: RRULE (RFC 5545 §3.3.10) as far as windows of maintenance go, by days and by weeks. */
import { isWhole } from '../../base/data-reader.ts';
import { fail, ok, type Result } from '../../base/result.ts';

/** What a rule comes to: one series or more, each again every so many days. */
export interface CalendarRule {
  readonly everyDays: number;
  /** Days from the first begin to that of each series; [0] where there is one. */
  readonly shifts: readonly number[];
  /** How often it opens. */
  readonly count?: number;
  /** The last moment at which it may open, as it is written. */
  readonly until?: string;
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const PARTS = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST'];
const MOST_DAYS = 366;
const MOST_COUNT = 100_000;
const REMEDY = 'write the windows one by one';

/** `weekday`: that of the first begin, from 0 for Monday. */
export function readCalendarRule(written: string, weekday: number): Result<CalendarRule> {
  const all = written.split(';');
  const parts = new Map(
    all.map((part) => [part.replace(/=.*/s, '').toUpperCase(), part.replace(/^[^=]*=?/, '')]),
  );
  // RFC 5545 §3.3.10: no part stands twice.
  if (parts.size < all.length) return fail('RRULE has a part that stands twice');
  for (const name of parts.keys())
    if (!PARTS.includes(name)) return fail(`RRULE may not have "${name.slice(0, 20)}" here; ${REMEDY}`);
  const freq = parts.get('FREQ')?.toUpperCase();
  if (freq !== 'DAILY' && freq !== 'WEEKLY')
    return fail(`RRULE must be FREQ=DAILY or FREQ=WEEKLY; ${REMEDY}`);
  const interval = wholeIn(parts.get('INTERVAL') ?? '1');
  const everyDays = interval * (freq === 'DAILY' ? 1 : 7);
  if (!isWhole(everyDays, 1, MOST_DAYS)) return fail(`RRULE must come again within ${MOST_DAYS} days`);
  const shifts = freq === 'DAILY' ? dailyShifts(parts) : weeklyShifts(parts, weekday, everyDays);
  if (!shifts.ok) return shifts;
  const end = readEnd(parts, shifts.value.length);
  return end.ok ? ok({ everyDays, shifts: shifts.value, ...end.value }) : end;
}

/** RFC 5545 §3.3.10: digits, and no other way to write a number. */
function wholeIn(written: string): number {
  return /^\d{1,9}$/.test(written) ? Number(written) : Number.NaN;
}

type Parts = ReadonlyMap<string, string>;

function dailyShifts(parts: Parts): Result<readonly number[]> {
  return parts.has('BYDAY') ? fail('BYDAY needs FREQ=WEEKLY') : ok([0]);
}

function weeklyShifts(parts: Parts, weekday: number, everyDays: number): Result<readonly number[]> {
  const begin = DAYS.indexOf((parts.get('WKST') ?? 'MO').toUpperCase());
  const written = parts.get('BYDAY')?.toUpperCase().split(',');
  const days = written?.map((day) => DAYS.indexOf(day)) ?? [weekday];
  if (begin === -1 || days.includes(-1))
    return fail('BYDAY and WKST must be days of the week, such as MO,TH');
  // RFC 5545 §3.8.5.3: what a rule comes to that does not begin at DTSTART is undefined.
  if (!days.includes(weekday)) return fail('DTSTART must be on a day of BYDAY');
  const inWeek = (day: number): number => (day - begin + 7) % 7;
  // A day before that of DTSTART comes first in the next week that counts.
  const shifts = days.map((day) => (inWeek(day) - inWeek(weekday) + everyDays) % everyDays);
  return ok([...new Set(shifts)].sort((one, other) => one - other));
}

function readEnd(parts: Parts, series: number): Result<Pick<CalendarRule, 'count' | 'until'>> {
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')];
  if (until !== undefined)
    return count === undefined ? ok({ until }) : fail('RRULE has either COUNT or UNTIL, not both');
  if (count === undefined) return ok({});
  if (!isWhole(wholeIn(count), 1, MOST_COUNT)) return fail(`COUNT must be from 1 to ${MOST_COUNT}`);
  return series === 1 ? ok({ count: wholeIn(count) }) : fail('COUNT and several days: write UNTIL');
}
