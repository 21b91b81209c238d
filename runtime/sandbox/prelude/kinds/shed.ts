/** `shed(pool, …, { low, high })` as data. */
import type { Plan } from '../../../../types/policy.d.ts';
import { describe } from '../describe.ts';
import { choiceOptions, made, optionsFrom, pools } from '../plans.ts';
import { isArray } from '../primordials.ts';
import { PolicyError } from '../problem.ts';

export function shed(first: unknown, ...others: unknown[]): Plan<never> {
  const given = [first, ...others];
  const last = given[given.length - 1];
  if (typeof last !== 'object' || last === null || isArray(last))
    throw new PolicyError(
      `shed(): Takes { low, high } last, loads between which more and more is shed, not ${describe(last)}`,
    );
  const { family, ...marks } = last as { readonly family?: unknown };
  const of = pools('shed', given.slice(0, -1));
  return made({
    kind: 'shed',
    of,
    ...(optionsFrom('shed', marks, ['low', 'high']) as { readonly low: number; readonly high: number }),
    ...choiceOptions('shed', { family }),
  });
}
