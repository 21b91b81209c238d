/** Serial numbers of zones, which wrap around (RFC 1982). */

const HALF = 2 ** 31;

/** Whether `later` comes after `before` (RFC 1982 §3.2). Of two numbers 2^31 apart, neither does. */
export function isSerialAfter(later: number, before: number): boolean {
  const ahead = (later - before) >>> 0;
  return ahead > 0 && ahead < HALF;
}

/** The serial number after this one (RFC 1982 §3.1). */
export function incrementSerial(serial: number): number {
  return (serial + 1) >>> 0;
}
