/** `sticky(pool, …)` and `sticky({ pool: weight })` as data. A pool without a weight has weight 1. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, weights } from '../plans.ts';

export function sticky(first: string | Readonly<Record<string, number>>, ...others: string[]): Plan {
  if (typeof first === 'object') return made({ kind: 'sticky', of: weights('sticky', first) });
  const of = pools('sticky', [first, ...others]).map((plan) => ({ weight: 1, plan }));
  return made({ kind: 'sticky', of });
}
