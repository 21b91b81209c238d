/** `sticky(pool, …)` and `sticky({ pool: weight })` as data. A pool without a weight has weight 1. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitStick, stickOptions, weights } from '../plans.ts';

export function sticky(first: unknown, ...others: unknown[]): Plan<never> {
  if (typeof first === 'object') {
    return made({ kind: 'sticky', of: weights('sticky', first), ...stickOptions('sticky', others[0]) });
  }
  const [members, options] = splitStick('sticky', [first, ...others]);
  const of = pools('sticky', members).map((plan) => ({ weight: 1, plan }));
  return made({ kind: 'sticky', of, ...options });
}
