/** `take(answer, count)` as data. */
import type { Answer, Plan } from '../../../../types/policy.d.ts';
import { made, planFrom } from '../plans.ts';
import { numberFrom } from '../records.ts';

export function take(answer: Answer, count: number): Plan<never> {
  return made({ kind: 'take', of: planFrom(answer, 'take()'), count: numberFrom(count, 'take()') });
}
