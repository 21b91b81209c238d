/** What the parts of an RRULE (RFC 5545 §3.3.10) are made of: numbers, lists of them, and days of the week. */
import { isWhole } from '../../base/data-reader.ts';
import { fail, ok, type Result } from '../../base/result.ts';

/** Values by the names of their parts, which are in upper case. */
export type RuleParts = ReadonlyMap<string, string>;

export const WEEKDAYS: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** RFC 5545 §3.3.10: digits, and no other way to write a number; NaN for what is none. */
export function wholeIn(written: string): number {
  return /^\d{1,9}$/.test(written) ? Number(written) : Number.NaN;
}

/** A list of numbers from 1 to `most`, or as many from the end (-1 is the last); `undefined` where the part is absent. */
export function numbersIn(
  parts: RuleParts,
  name: string,
  most: number,
  canCountBack = true,
): Result<readonly number[] | undefined> {
  const written = parts.get(name);
  if (written === undefined) return ok(undefined);
  const numbers = written.split(',').map((one) => signedIn(one));
  if (numbers.every((one) => isWhole(canCountBack ? Math.abs(one) : one, 1, most))) return ok(numbers);
  return fail(`${name} must be numbers from 1 to ${most}${canCountBack ? `, or from -1 to -${most}` : ''}`);
}

export function signedIn(written: string): number {
  const [, sign = '', digits = ''] = /^([+-]?)(\d+)$/.exec(written) ?? [];
  return sign === '-' ? -wholeIn(digits) : wholeIn(digits);
}
