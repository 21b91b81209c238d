/**
 * How the clocks of a time zone are read with Intl. Host and guest both do so, each with intrinsics
 * of its own, and must see the same: a decision is remembered by what its policy saw.
 */

/** Options under which `formatToParts` yields each part of the wall clock as a number of the Gregorian calendar. */
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
