/**
 * Checks that count together: all of them, any, at least so many, or the contrary of one. A combination is probed by
 * the probes of its parts, which others may share, and to all who go by health it is a target like any other.
 */
import type { Target, TargetState } from './target.ts';
import { probedOf } from './target-id.ts';

export type Combining = 'all' | 'any' | 'atLeast' | 'not';

export interface Combination {
  /** Equal combinations of equal targets have equal ids. */
  readonly id: string;
  readonly type: Combining;
  /** How many of the parts have to be up; of `not`, 1 that has to be down. */
  readonly need: number;
  readonly of: readonly HealthSubject[];
}

/** What the state of a record follows: one target, or several together. */
export type HealthSubject = Target | Combination;

export function combine(type: Combining, need: number, of: readonly HealthSubject[]): Combination {
  return { id: textOf(type, need, of, ({ id }) => id), type, need, of };
}

export function isCombination(checked: HealthSubject): checked is Combination {
  return 'of' in checked;
}

/** What is probed, whatever the timing. */
export function probedIn(checked: HealthSubject): string {
  if (!isCombination(checked)) return probedOf(checked);
  return textOf(checked.type, checked.need, checked.of, probedIn);
}

/** The targets that are probed for it. */
export function probedTargets(checked: HealthSubject): readonly Target[] {
  return isCombination(checked) ? checked.of.flatMap(probedTargets) : [checked];
}

/** The state that follows from those of targets; unknown as long as targets that are not known yet decide it. */
export function combinedState(checked: HealthSubject, stateOf: (id: string) => TargetState): TargetState {
  if (!isCombination(checked)) return stateOf(checked.id);
  const states = checked.of.map((part) => combinedState(part, stateOf));
  if (checked.type === 'not') return CONTRARY[states[0] ?? 'unknown'];
  const up = states.filter((state) => state === 'up').length;
  const open = states.filter((state) => state === 'unknown').length;
  return up >= checked.need ? 'up' : up + open < checked.need ? 'down' : 'unknown';
}

const CONTRARY = { up: 'down', down: 'up', unknown: 'unknown' } as const;

function textOf(
  type: Combining,
  need: number,
  of: readonly HealthSubject[],
  text: (part: HealthSubject) => string,
): string {
  return `${type === 'atLeast' ? `${type} ${need}` : type}(${of.map(text).join('; ')})`;
}
