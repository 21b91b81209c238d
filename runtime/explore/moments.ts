/** Moments at which the clocks show what a policy has read of them. */
import type { TimePart } from '../answer/facts/fact.ts';
import { Moment } from '../answer/facts/moment.ts';

/** What a clock shows: part of the time in UTC, or in a zone. */
export interface ClockRead {
  readonly timeZone: string | undefined;
  readonly part: TimePart;
  readonly value: number | string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A leap day is at most eight years away, and so is each weekday on any date but that. */
const MOST_DAYS = 366 * 8;

/**
 * The first whole minute from `from` on (milliseconds since 1970; or before it, where the reads name an earlier date) at
 * which all reads come true; `undefined` where there is none within eight years.
 */
export function momentWith(reads: readonly ClockRead[], from: number): number | undefined {
  if (reads.length === 0) return from;
  const clock = new Clock();
  if (clock.shows(reads, from)) return from;
  for (const day of daysFor(reads, from)) {
    if (!reads.every((read) => clock.couldBe(read, day))) continue;
    const minute = firstMinute(reads, day, clock);
    if (minute !== undefined) return minute;
  }
  return undefined;
}

/** The begins of UTC days to look at: those around a date or a year that is named, or all that follow. */
function* daysFor(reads: readonly ClockRead[], from: number): Generator<number> {
  const start = from - (from % DAY);
  const named = reads.find(({ part }) => part === 'date') ?? reads.find(({ part }) => part === 'year');
  if (named?.part === 'date') {
    const at = Date.parse(String(named.value));
    if (!Number.isNaN(at)) yield* [at, at - DAY, at + DAY];
    return;
  }
  const first = named === undefined ? start : Math.max(Date.UTC(Number(named.value), 0, 1) - DAY, 0);
  const count = named === undefined ? MOST_DAYS : 368;
  for (let day = 0; day < count; day += 1) yield first + day * DAY;
}

/** Zones are whole quarters of an hour from UTC, so minutes are looked at one by one only where they are read. */
function firstMinute(reads: readonly ClockRead[], day: number, clock: Clock): number | undefined {
  const step = reads.some(({ part }) => part === 'minute') ? MINUTE : 15 * MINUTE;
  for (let at = day; at < day + DAY; at += step) if (clock.shows(reads, at)) return at;
  return undefined;
}

/** The clocks of UTC and of zones. */
class Clock {
  readonly #zones = new Map<string | undefined, Moment>();

  shows(reads: readonly ClockRead[], now: number): boolean {
    return reads.every(({ timeZone, part, value }) => this.#part(timeZone, part, now) === value);
  }

  /** Whether the read may come true in the day, or in the days around it where it is of another zone. */
  couldBe({ part, value, timeZone }: ClockRead, day: number): boolean {
    if (part === 'hour' || part === 'minute') return true;
    const days = timeZone === undefined ? [day] : [day - DAY, day, day + DAY];
    return days.some((at) => this.#part(undefined, part, at) === value);
  }

  /** Each zone has a `Moment` of its own, as one looks up a few zones at a time only. */
  #part(timeZone: string | undefined, part: TimePart, now: number): number | string | undefined {
    let moment = this.#zones.get(timeZone);
    if (moment === undefined) {
      moment = new Moment();
      this.#zones.set(timeZone, moment);
    }
    return moment.part(timeZone, part, now);
  }
}
