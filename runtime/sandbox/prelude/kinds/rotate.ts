/** `rotate(answer, options)` as data. */
import type { Plan, PlanOptions } from '../../../../types/policy.d.ts';
import { made, optionsFrom, planFrom } from '../plans.ts';

export function rotate(
  answer: unknown,
  options: PlanOptions & { readonly count?: number } = {},
): Plan<never> {
  const given = optionsFrom('rotate', options, ['ttl', 'count']);
  return made({ kind: 'rotate', of: planFrom(answer, 'rotate()'), ...given });
}
