/**
 * The parts of a moment in UTC and in any time zone; reading a part notes it. All spellings of a zone count
 * as one name: the host remembers a decision by the facts it read, and a zone has thousands of spellings.
 *
 * The offset of a zone from UTC comes from Intl, which is slow, and is kept for the minute of the moment:
 * clocks change at whole minutes.
 */
import type { Now, Time } from '../../../types/policy.d.ts';
import { wallClockOptions } from '../../base/local-time.ts';
import { countZone, currentRun, momentOf, note, taint } from './facts.ts';
import {
  apply,
  create,
  defineProperty,
  formatToParts,
  freeze,
  getUTCDate,
  getUTCDay,
  getUTCFullYear,
  getUTCHours,
  getUTCMinutes,
  getUTCMonth,
  NativeDate,
  NativeDateTimeFormat,
  nativeUTC,
  resolvedOptions,
  slice,
  toISOString,
} from './primordials.ts';

/** Returns the milliseconds to add to UTC at a moment. */
type Offset = (now: number) => number;

const MINUTE = 60_000;

/** Reads each part from a date whose UTC fields show the local clock. */
const PARTS: Readonly<Record<keyof Time, (local: Date) => number | string>> = {
  year: (local) => apply(getUTCFullYear, local, []),
  month: (local) => apply(getUTCMonth, local, []) + 1,
  day: (local) => apply(getUTCDate, local, []),
  // ISO 8601 counts from Monday and ends with Sunday, 7; JavaScript begins with Sunday, 0.
  weekday: (local) => apply(getUTCDay, local, []) || 7,
  hour: (local) => apply(getUTCHours, local, []),
  minute: (local) => apply(getUTCMinutes, local, []),
  date: (local) => apply(slice, apply(toISOString, local, []), [0, 10]),
};

/** Zones by the name that Intl gives them, and by the spellings that policies used. */
const zones: Record<string, Time> = create(null);
const spellings: Record<string, Time> = create(null);

/** `query.time`. */
export const now: Now = freeze(
  defineProperty(
    defineProperty(
      timeView('time.', undefined, () => 0),
      'unix',
      { enumerable: true, get: readUnix },
    ),
    'in',
    { value: timeIn },
  ),
) as Now;

function readUnix(): number {
  const run = currentRun();
  const moment = momentOf(run);
  const seconds = (moment - (moment % 1000)) / 1000;
  note(run, 'time.unix', seconds);
  taint('time.unix');
  return seconds;
}

function timeIn(timeZone: string): Time {
  currentRun();
  const known = spellings[timeZone];
  if (known !== undefined) return known;
  const formatter = newFormatter(timeZone);
  const { timeZone: name } = apply(resolvedOptions, formatter, []);
  const view = zones[name] ?? freeze(timeView(`time@${name}.`, name, zoneOffset(formatter)));
  zones[name] = view as Time;
  spellings[timeZone] = view as Time;
  return view as Time;
}

function timeView(prefix: string, zone: string | undefined, offset: Offset): object {
  const view = {};
  for (const [part, read] of Object.entries(PARTS)) {
    const fact = prefix + part;
    const get = (): number | string => {
      const run = currentRun();
      if (zone !== undefined) countZone(run, zone);
      const moment = momentOf(run);
      const value = read(new NativeDate(moment + offset(moment)));
      note(run, fact, value);
      return value;
    };
    defineProperty(view, part, { enumerable: true, get });
  }
  return view;
}

function zoneOffset(formatter: Intl.DateTimeFormat): Offset {
  let minute = Number.NaN;
  let offset = 0;
  return (moment) => {
    const whole = moment - (moment % MINUTE);
    if (whole !== minute) {
      offset = localTime(formatter, whole) - whole;
      minute = whole;
    }
    return offset;
  };
}

function newFormatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new NativeDateTimeFormat('en-US', wallClockOptions(timeZone));
  } catch {
    throw new RangeError(
      `Unknown time zone ${stringOf(timeZone)}; write an IANA name such as "Europe/Berlin"`,
    );
  }
}

/** The local time of a zone, in milliseconds as if it were UTC. */
function localTime(formatter: Intl.DateTimeFormat, moment: number): number {
  const shown: Record<string, number> = create(null);
  const parts = apply(formatToParts, formatter, [moment]);
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (part !== undefined) shown[part.type] = +part.value;
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = shown;
  return nativeUTC(year, month - 1, day, hour, minute);
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : typeof value;
}
