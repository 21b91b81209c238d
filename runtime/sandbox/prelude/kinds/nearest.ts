/** `nearest(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitOptions } from '../plans.ts';

export function nearest(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitOptions('nearest', [first, ...others]);
  return made({ kind: 'nearest', of: pools('nearest', members), ...options });
}
