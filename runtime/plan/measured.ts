/** What plans that choose by a measured value have in common. */
import type { Measure } from '../health/values.ts';
import { type Candidates, NOBODY } from './kind.ts';

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
