/** `weighted({ pool: weight })` and `weighted([[weight, answer]])` as data: both become one array. */
import type { Plan, WeightedOptions } from '../../../../types/policy.d.ts';
import { describe } from '../describe.ts';
import { choiceOptions, made, planFrom, weights } from '../plans.ts';
import { isArray } from '../primordials.ts';
import { PolicyError } from '../problem.ts';
import { numberFrom } from '../records.ts';

export function weighted(choices: unknown, options?: WeightedOptions): Plan<never> {
  const given = weightedOptions(options);
  if (!isArray(choices)) return made({ kind: 'weighted', of: weights('weighted', choices), ...given });
  const of = choices.map((choice: unknown, at) => {
    const path = `weighted()[${at}]`;
    if (!isArray(choice) || choice.length !== 2) throw new PolicyError(`${path}: Must be [weight, answer]`);
    if (typeof choice[0] === 'string' && typeof choice[1] === 'number') {
      throw new PolicyError(`${path}: The weight comes first: [${choice[1]}, '${choice[0]}']`);
    }
    return { weight: numberFrom(choice[0], path), plan: planFrom(choice[1], path) };
  });
  return made({ kind: 'weighted', of, ...given });
}

/** The host would say the same, of a plan that is returned. */
function weightedOptions(options: WeightedOptions | undefined): WeightedOptions {
  if (typeof options !== 'object' || options === null) return choiceOptions('weighted', options);
  const { by, ...others }: { readonly by?: unknown } = options;
  const given = choiceOptions('weighted', others);
  if (by === undefined) return given;
  if (by === 'load' || by === 'latency') return { ...given, by };
  throw new PolicyError(`weighted().by: Must be "load" or "latency", not ${describe(by)}`);
}
