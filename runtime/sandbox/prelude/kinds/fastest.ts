/** `fastest(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitOptions } from '../plans.ts';

export function fastest(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitOptions('fastest', [first, ...others]);
  return made({ kind: 'fastest', of: pools('fastest', members), ...options });
}
