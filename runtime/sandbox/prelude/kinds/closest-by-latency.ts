/** `closestByLatency(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitOptions } from '../plans.ts';

export function closestByLatency(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitOptions('closestByLatency', [first, ...others]);
  return made({ kind: 'closestByLatency', of: pools('closestByLatency', members), ...options });
}
