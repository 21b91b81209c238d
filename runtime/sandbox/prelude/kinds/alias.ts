/** `alias(target, options)` as data: the pool that answers with the addresses of the target. */
import type { Plan, PlanOptions } from '../../../../types/policy.d.ts';
import { aliasPlan } from '../alias-pools.ts';
import { made, optionsFrom } from '../plans.ts';

export function alias(target: string, options: PlanOptions = {}): Plan<never> {
  return made(aliasPlan(target, optionsFrom('alias', options, ['ttl']).ttl));
}
