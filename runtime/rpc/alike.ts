/**
 * Values of a fact that somebody treats alike, as text: `DK,FI,SE|DE` are two groups, and whatever is in neither is
 * alike as well. A value is told by the first of its group. Who compares a value with these only, and is shown what
 * stands for it, cannot tell it from any other of its group.
 */
import type { FactValue } from './plan.ts';

/** Stands for all values that are in no group. */
export const OTHER = '*';
/** Characters of a text, so that a fact with it in its name is short enough to be sent. */
const MOST_ALIKE = 900;
const VALUE = /^[^,|*\p{Cc}]+$/u;

/** The groups of a text, which anybody may have written: value → what stands for it. `undefined` if it is none. */
export function alikeFrom(text: string): ReadonlyMap<string, string> | undefined {
  if (text.length > MOST_ALIKE) return undefined;
  const groups = text.split('|').map((group) => group.split(','));
  if (!groups.flat().every((value) => VALUE.test(value))) return undefined;
  return new Map(groups.flatMap((group) => group.map((value) => [value, group[0] ?? value])));
}

/** The text of groups; `undefined` where a value cannot be written, or there are too many. */
export function alikeText(groups: readonly (readonly string[])[]): string | undefined {
  const text = groups.map((group) => group.join(',')).join('|');
  const read = alikeFrom(text);
  return read?.size === groups.flat().length ? text : undefined;
}

/** What is seen of a value by who tells groups apart only; all of it where there are none. What is not known is like no value. */
export function seenOf(value: FactValue, alike: ReadonlyMap<string, string> | undefined): FactValue {
  return alike === undefined || value === null ? value : (alike.get(String(value)) ?? OTHER);
}

/** The name of a fact without what it is compared with: `client.country`, of `client.country~DE` as well. */
export function plainName(fact: string): string {
  return fact.split('~', 1)[0] ?? fact;
}
