/** `cname(target, options)` as data. */
import type { Plan, PlanOptions } from '../../../../types/policy.d.ts';
import { describe } from '../describe.ts';
import { made, optionsFrom } from '../plans.ts';
import { PolicyError } from '../problem.ts';

export function cname(target: string, options: PlanOptions = {}): Plan<never> {
  if (typeof target !== 'string') throw new PolicyError(`cname(): Must be a name, not ${describe(target)}`);
  return made({ kind: 'cname', target, ...optionsFrom('cname', options, ['ttl']) });
}
