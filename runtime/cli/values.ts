/** What flags take, read for commander. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 1 on. */
export function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

/** One more of a flag that may be repeated. */
export function listed(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
