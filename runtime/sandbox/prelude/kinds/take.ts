/** `take(answer, count)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, planFrom } from '../plans.ts';
import { numberFrom } from '../records.ts';

export function take(answer: unknown, count: number): Plan<never> {
  return made({ kind: 'take', of: planFrom(answer, 'take()'), count: numberFrom(count, 'take()') });
}
