/** `firstHealthy(answer, …)` as data. */
import type { Answer, Plan } from '../../../../types/policy.d.ts';
import { choices, made } from '../plans.ts';

export function firstHealthy(first: Answer, ...others: Answer[]): Plan {
  return made({ kind: 'firstHealthy', of: choices('firstHealthy', [first, ...others]) });
}
