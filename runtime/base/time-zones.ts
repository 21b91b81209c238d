/**
 * The time zones, each by one name. Intl takes `europe/BERLIN`, `Asia/Kolkata` and `+0530` as well, so a
 * policy can write thousands of spellings, while there are only some hundred zones.
 */

/** Zones that ICU knows and does not list. POSIX inverts the sign: `Etc/GMT+5` is west. */
const UNLISTED = [
  'UTC',
  ...Array.from({ length: 14 }, (_, index) => `Etc/GMT-${index + 1}`),
  ...Array.from({ length: 12 }, (_, index) => `Etc/GMT+${index + 1}`),
];
/** The name that Intl gives to a fixed offset from UTC. */
const OFFSET = /^(?<sign>[+-])(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d)$/;
const MINUTE = 60_000;

let known: ReadonlySet<string> | undefined;

/** Whether this is the name of a zone that `resolvedOptions` returns. */
export function isTimeZone(name: string): boolean {
  known ??= new Set([...Intl.supportedValuesOf('timeZone'), ...UNLISTED]);
  return known.has(name) || fixedOffset(name) !== undefined;
}

/** The offset in milliseconds of a zone that is named by it, such as `+05:30`. */
export function fixedOffset(name: string): number | undefined {
  const { sign, hours, minutes } = OFFSET.exec(name)?.groups ?? {};
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes)) * MINUTE;
}
