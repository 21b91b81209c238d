/** `bounded(pool, …)` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made, pools, splitStick } from '../plans.ts';

export function bounded(first: unknown, ...others: unknown[]): Plan<never> {
  const [members, options] = splitStick('bounded', [first, ...others], ['slack']);
  return made({ kind: 'bounded', of: pools('bounded', members), ...options });
}
