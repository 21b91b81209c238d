/**
 * The parts of the present in UTC and on the clocks of any time zone. A zone is kept as its distance from
 * UTC and how long that holds: Intl takes a tenth of a millisecond and 48 KB to be asked for the first
 * time, so it is asked anew once a day, and what was asked is thrown away. Zones go by their one name
 * (base/time-zones.ts), so there are as many entries as there are zones. No more than a few of them are asked
 * for at a time: the others are not known for a moment, so that nothing is remembered that needs them, and
 * the policy is asked.
 *
 * sandbox/prelude/clock.ts computes the same inside the sandbox; both must agree.
 */
import { wallClockOptions } from '../../base/local-time.ts';
import { fixedOffset, isTimeZone } from '../../base/time-zones.ts';
import type { TimePart } from './fact.ts';

type Parts = Readonly<Record<TimePart, number | string>>;

const MINUTE = 60_000;
/** Since 1995 no zone has changed its clocks twice within a day. */
const DAY = 1440 * MINUTE;
/** So many zones are looked up in so many milliseconds: a tenth of the time. */
const MOST_LOOKUPS = 8;
const LOOKUPS_MS = 8;

export class Moment {
  readonly #clocks = new Map<string | undefined, Clock>();
  #lookups = 0;
  #lookupsSince = 0;

  constructor() {
    warmUp();
  }

  /** How many zones are kept. */
  get size(): number {
    return this.#clocks.size;
  }

  /**
   * One part of `now` (milliseconds since 1970), in UTC where no zone is given; `undefined` for what is no
   * zone's name, and where too many have been looked up just now.
   */
  part(timeZone: string | undefined, part: TimePart, now: number): number | string | undefined {
    let clock = this.#clocks.get(timeZone);
    if (clock === undefined) {
      if (timeZone !== undefined && !isTimeZone(timeZone)) return undefined;
      clock = new Clock(timeZone);
      this.#clocks.set(timeZone, clock);
    }
    if (!clock.isKnownAt(now)) {
      if (!this.#mayLookUp(now)) return undefined;
      clock.lookUp(now);
    }
    return clock.parts(now)[part];
  }

  #mayLookUp(now: number): boolean {
    // A clock that was set back is not waited for.
    if (Math.abs(now - this.#lookupsSince) >= LOOKUPS_MS) {
      this.#lookupsSince = now;
      this.#lookups = 0;
    }
    this.#lookups += 1;
    return this.#lookups <= MOST_LOOKUPS;
  }
}

let isWarm = false;

/** The first zone that a process looks up takes it twenty milliseconds, in which it reads what Intl knows: before anybody waits. */
function warmUp(): void {
  const zone = 'Europe/Berlin';
  if (!isWarm && isTimeZone(zone)) new Clock(zone).lookUp(Date.now());
  isWarm = true;
}

/** The clock of one zone. */
class Clock {
  readonly #timeZone: string | undefined;
  #minute = Number.NaN;
  #parts: Parts | undefined;
  /** Milliseconds ahead of UTC, and from when until when. */
  #offset = 0;
  #from = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;

  constructor(timeZone: string | undefined) {
    this.#timeZone = timeZone;
    const offset = timeZone === undefined ? 0 : fixedOffset(timeZone);
    if (offset === undefined) return;
    this.#offset = offset;
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** Whether {@link parts} can tell. */
  isKnownAt(now: number): boolean {
    return now >= this.#from && now < this.#until;
  }

  /** They are the same for a minute: clocks change at whole ones. */
  parts(now: number): Parts {
    const minute = now - (now % MINUTE);
    if (this.#parts === undefined || minute !== this.#minute) {
      this.#parts = partsOf(new Date(minute + this.#offset));
      this.#minute = minute;
    }
    return this.#parts;
  }

  /** Learns the distance at a moment, for the day around it up to where the clocks change. */
  lookUp(now: number): void {
    const minute = now - (now % MINUTE);
    const formatter = new Intl.DateTimeFormat('en-US', wallClockOptions(this.#timeZone ?? 'UTC'));
    const offsetAt = (at: number): number => localTime(formatter, at) - at;
    this.#offset = offsetAt(minute);
    this.#from = minute - (minute % DAY);
    this.#until = this.#from + DAY;
    if (offsetAt(this.#from) !== this.#offset) this.#from = firstLike(minute, this.#from, offsetAt);
    else if (offsetAt(this.#until) !== this.#offset) this.#until = firstLike(this.#until, minute, offsetAt);
  }
}

/** The first whole minute behind `before` that has what `like` has; in between it changes once. */
function firstLike(like: number, before: number, offsetAt: (at: number) => number): number {
  const offset = offsetAt(like);
  let [other, same] = [before, like];
  while (same - other > MINUTE) {
    const middle = other + MINUTE * Math.floor((same - other) / (2 * MINUTE));
    if (offsetAt(middle) === offset) same = middle;
    else other = middle;
  }
  return same;
}

function partsOf(local: Date): Parts {
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    // ISO 8601 counts from Monday and ends with Sunday, 7; JavaScript begins with Sunday, 0.
    weekday: local.getUTCDay() || 7,
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    date: local.toISOString().slice(0, 10),
  };
}

/** What the clocks of a zone show at a moment, to the minute, as if it were UTC. */
export function localTime(formatter: Intl.DateTimeFormat, moment: number): number {
  const shown = new Map<string, number>();
  for (const { type, value } of formatter.formatToParts(moment)) shown.set(type, Number(value));
  const part = (type: string): number => shown.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}
