/** Hours that come round every week, on the clocks of one place. */
import type { Query } from 'dnsteer';

export interface Schedule {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** 1 (Monday) to 7 (Sunday). */
  readonly weekdays: readonly number[];
  /** First hour, 0 to 23. */
  readonly from: number;
  /** The hour at which it ends; before `from` if that is after midnight. */
  readonly until: number;
}

/** Weekdays from nine to five. */
export function officeHours(timeZone: string): Schedule {
  return { timeZone, weekdays: [1, 2, 3, 4, 5], from: 9, until: 17 };
}

/** Whether the hours are running. After midnight they belong to the day on which they began. */
export function isDuring(schedule: Schedule, query: Query): boolean {
  const { weekdays, from, until } = schedule;
  const { hour, weekday } = query.time.in(schedule.timeZone);
  if (from < until) return weekdays.includes(weekday) && from <= hour && hour < until;
  if (hour >= from) return weekdays.includes(weekday);
  return hour < until && weekdays.includes(weekday === 1 ? 7 : weekday - 1);
}
