/** `leastLoaded(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitOptions } from '../plans.ts';

export function leastLoaded(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitOptions('leastLoaded', [first, ...others]);
  return made({ kind: 'leastLoaded', of: pools('leastLoaded', members), ...options });
}
