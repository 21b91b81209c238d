/**
 * One span of time in which something is being worked on, as its operators write it down: on the
 * clocks where they are.
 */
import type { Query } from 'dnsteer';

export interface Maintenance {
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** Local date and time, `2026-12-01T22:00`. */
  readonly from: string;
  /** The moment it ends. */
  readonly until: string;
}

/**
 * Whether it is going on. Looks at the date first: on all other days, the answer depends on nothing
 * finer, and is remembered for the day.
 */
export function isUnderWay(maintenance: Maintenance, query: Query): boolean {
  const { from, until } = maintenance;
  const local = query.time.in(maintenance.timeZone);
  const { date } = local;
  if (date < from.slice(0, 10) || until.slice(0, 10) < date) return false;
  const moment = `${date}T${twoDigits(local.hour)}:${twoDigits(local.minute)}`;
  return from <= moment && moment < until;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
