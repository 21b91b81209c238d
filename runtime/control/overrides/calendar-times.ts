/** Times as iCalendar writes them (RFC 5545 §3.3.4 to §3.3.6). */

const DATE_TIME =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<utc>Z)?)?$/;
const DURATION =
  /^\+?P(?:(?<weeks>\d{1,2})W|(?:(?<days>\d{1,3})D)?(?:T(?:(?<hours>\d{1,4})H)?(?:(?<minutes>\d{1,5})M)?(?:(?<seconds>\d{1,6})S)?)?)$/;

/** A date, which stands for its beginning, or a time, as a clock shows it: `2026-12-24 22:00:00`; `undefined` for what is neither. */
export function calendarTime(
  written: string,
): { readonly shown: string; readonly isUtc: boolean } | undefined {
  const found = DATE_TIME.exec(written.trim())?.groups;
  if (found === undefined) return undefined;
  const { year, month, day, hour = '00', minute = '00', second = '00', utc } = found;
  return { shown: `${year}-${month}-${day} ${hour}:${minute}:${second}`, isUtc: utc !== undefined };
}

export function isCalendarDate(written: string): boolean {
  return /^\d{8}$/.test(written.trim());
}

/** `undefined` for what is no duration, or no time at all. */
export function calendarDurationMs(written: string): number | undefined {
  const {
    weeks = 0,
    days = 0,
    hours = 0,
    minutes = 0,
    seconds = 0,
  } = DURATION.exec(written.trim())?.groups ?? {};
  const inDays = 7 * Number(weeks) + Number(days);
  const inSeconds = (inDays * 24 + Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds);
  return inSeconds > 0 ? 1000 * inSeconds : undefined;
}
