/**
 * Moments as people write them: `2026-12-24 23:00 Europe/Berlin`, `2026-12-24T22:00Z`, `2026-12-24 22:00 UTC`,
 * `2026-12-24T22:00:30+01:00`, `2026-12-24`.
 */
import { wallClockOptions } from '../../base/local-time.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { fixedOffset } from '../../base/time-zones.ts';
import { localTime } from './moment.ts';

const FORM =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d)(?::(?<seconds>\d\d))?)? ?(?<zone>Z|[+-]\d\d:\d\d|[A-Za-z][\w+/-]*)?$/;
const EXAMPLE = 'write it as in "2026-12-24 23:00 Europe/Berlin"';
const MINUTE = 60_000;

/**
 * Milliseconds since 1970; a moment without a zone is in UTC. A time that the clocks of a zone show twice is the first of
 * the two; one that they skip is a problem.
 */
export function readMoment(text: string): Result<number> {
  const { date, time = '00:00', seconds = '00', zone = 'UTC' } = FORM.exec(text.trim())?.groups ?? {};
  if (date === undefined) return fail(`"${text}" is no moment; ${EXAMPLE}`);
  const shown = Date.parse(`${date}T${time}:${seconds}Z`);
  // Date.parse takes 2026-02-30 for a day of March.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(date))
    return fail(`"${text}" is no moment: there is no such date or time`);
  if (zone === 'Z' || zone === 'UTC') return ok(shown);
  const offset = fixedOffset(zone);
  if (offset !== undefined) return ok(shown - offset);
  return inZone(shown, zone, text);
}

function inZone(shown: number, zone: string, text: string): Result<number> {
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat('en', wallClockOptions(zone));
  } catch {
    return fail(`"${text}" is no moment: there is no time zone "${zone}"; ${EXAMPLE}`);
  }
  // The distance from UTC is that of a moment within a day: clocks are not set twice within one.
  const day = 1440 * MINUTE;
  const candidates = [shown - day, shown, shown + day].map((near) => shown - offsetAt(clock, near));
  const right = candidates.filter((moment) => moment + offsetAt(clock, moment) === shown);
  if (right.length === 0) return fail(`"${text}" is no moment: the clocks of ${zone} skip that time`);
  return ok(Math.min(...right));
}

/** How far the clocks are ahead of UTC, in milliseconds. */
function offsetAt(clock: Intl.DateTimeFormat, moment: number): number {
  return localTime(clock, moment) - Math.floor(moment / MINUTE) * MINUTE;
}
