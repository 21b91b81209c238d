/** Serial numbers of zones, which go round (RFC 1982). */

const HALF = 2 ** 31;

/** RFC 1982 §3.2: whether `later` comes after `before`. Of two that are half a round apart neither does. */
export function isSerialAfter(later: number, before: number): boolean {
  const ahead = (later - before) >>> 0;
  return ahead > 0 && ahead < HALF;
}

/** RFC 1982 §3.1: the one after. */
export function incrementSerial(serial: number): number {
  return (serial + 1) >>> 0;
}
