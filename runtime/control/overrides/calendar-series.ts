/** The windows that an event of a calendar comes to by its rule: one, or one for each of its days of the week. */
import type { CalendarRule } from './calendar-rule.ts';
import { daysOf } from './recurring-days.ts';
import { daysLater, firstDay, type WindowBegin, type WindowTimes } from './window.ts';

export type CalendarTimes = Omit<WindowTimes, 'lengthMs'>;

const DAY_MS = 86_400_000;

export function timesByRule(rule: CalendarRule, begin: WindowBegin): CalendarTimes[] {
  if ('onDays' in rule) return [{ ...begin, onDays: rule.onDays }];
  const { everyDays, shifts } = rule;
  return shifts.map((days) => ({ ...daysLater(begin, days), everyDays }));
}

/** When a rule with a COUNT begins for the last time; `undefined` where that is after all times. */
export function lastCounted(rule: CalendarRule, count: number, begin: WindowBegin): number | undefined {
  if ('onDays' in rule) {
    const first = firstDay(begin.first);
    let found = 0;
    for (const day of daysOf(rule.onDays, first, first)) {
      found += 1;
      if (found === count) return daysLater(begin, day - first).firstAt;
    }
    return undefined;
  }
  const { everyDays, shifts } = rule;
  const [weeks, day] = [Math.floor((count - 1) / shifts.length), (count - 1) % shifts.length];
  return daysLater(begin, weeks * everyDays + (shifts[day] ?? 0)).firstAt;
}

/** The least time from a begin to that with which the rule has come around, in milliseconds; infinite for what comes once. */
export function leastTurnMs({ everyDays, onDays }: CalendarTimes): number {
  if (onDays !== undefined) return onDays.interval * (onDays.period === 'month' ? 28 : 365) * DAY_MS;
  return everyDays === undefined ? Number.POSITIVE_INFINITY : everyDays * DAY_MS;
}
