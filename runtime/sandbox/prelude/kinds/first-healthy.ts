/** `firstHealthy(answer, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { choices, made, splitOptions } from '../plans.ts';

export function firstHealthy(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitOptions('firstHealthy', [first, ...others]);
  return made({ kind: 'firstHealthy', of: choices('firstHealthy', members), ...options });
}
