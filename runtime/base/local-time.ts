/**
 * How the clocks of a time zone are read with Intl. Host and sandbox both read them, each with intrinsics of
 * its own, and must get the same time: the host remembers a decision by the facts its policy read.
 */

/**
 * Options with which `formatToParts` returns each part of the wall clock as a number of the Gregorian
 * calendar.
 */
export function wallClockOptions(timeZone: string): Intl.DateTimeFormatOptions {
  return {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  };
}
