/** `fence(answer)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, planFrom } from '../plans.ts';

export function fence(answer: unknown): Plan<never> {
  return made({ kind: 'fence', of: planFrom(answer, 'fence()') });
}
