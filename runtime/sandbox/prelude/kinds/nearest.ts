/** `nearest(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools } from '../plans.ts';

export function nearest(first: string, ...others: string[]): Plan {
  return made({ kind: 'nearest', of: pools('nearest', [first, ...others]) });
}
