/** What plans that choose by a measured value have in common. */
import { isFields } from '../base/data-reader.ts';
import type { Measure } from '../health/values.ts';
import { type Candidates, NOBODY } from './kind.ts';
import type { PoolPlan } from './plan.ts';
import type { PlanReader } from './plan-reader.ts';

/** Members of such a plan: values are measured of pools. */
export function readMeasured(
  data: Parameters<PlanReader['each']>[0],
  path: string,
  ttl: number,
  reader: PlanReader,
): readonly PoolPlan[] {
  return reader.each(data, path, (inner, at) => {
    const fields = isFields(inner) ? inner : {};
    if (fields.kind !== 'pool') reader.refuse(at, 'Must be a pool');
    return reader.pool(fields, at, ttl);
  });
}

/** The member with the least value, the first of several; who has none comes behind all that have. */
export function lowest(count: number, candidates: Candidates, measure: Measure): number {
  let best = NOBODY;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index += 1) {
    if (!candidates.has(index)) continue;
    const value = candidates.measured(index, measure);
    if (best !== NOBODY && !(value < least)) continue;
    best = index;
    least = value;
  }
  return best;
}
