/**
 * Which time zones there are, each by one name. Intl takes `europe/BERLIN`, `Asia/Kolkata` and `+0530` as
 * well, so those who may write what they like know thousands of spellings; the zones are some hundred.
 */

/** ICU knows these, and does not list them. POSIX has the sign the other way round: `Etc/GMT+5` is west. */
const UNLISTED = [
  'UTC',
  ...Array.from({ length: 14 }, (_, index) => `Etc/GMT-${index + 1}`),
  ...Array.from({ length: 12 }, (_, index) => `Etc/GMT+${index + 1}`),
];
/** The name that Intl gives to a fixed distance from UTC. */
const OFFSET = /^(?<sign>[+-])(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d)$/;
const MINUTE = 60_000;

let known: ReadonlySet<string> | undefined;

/** Whether this is the one name of a zone, as `resolvedOptions` tells it. */
export function isTimeZone(name: string): boolean {
  known ??= new Set([...Intl.supportedValuesOf('timeZone'), ...UNLISTED]);
  return known.has(name) || fixedOffset(name) !== undefined;
}

/** Of a zone named by its distance from UTC, such as `+05:30`, that distance in milliseconds. */
export function fixedOffset(name: string): number | undefined {
  const { sign, hours, minutes } = OFFSET.exec(name)?.groups ?? {};
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes)) * MINUTE;
}
