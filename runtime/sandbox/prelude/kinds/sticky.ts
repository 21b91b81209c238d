/** `sticky(pool, …)` and `sticky({ pool: weight })` as data. A pool without a weight has weight 1. */
import type { Plan } from '../../../../types/policy.d.ts';
import { choiceOptions, made, pools, splitOptions, weights } from '../plans.ts';

export function sticky(first: unknown, ...others: unknown[]): Plan<never> {
  if (typeof first === 'object') {
    return made({ kind: 'sticky', of: weights('sticky', first), ...choiceOptions('sticky', others[0]) });
  }
  const [members, options] = splitOptions('sticky', [first, ...others]);
  const of = pools('sticky', members).map((plan) => ({ weight: 1, plan }));
  return made({ kind: 'sticky', of, ...options });
}
