/** What plans that choose by a measured value have in common. */
import type { Measure } from '../health/values.ts';
import { type Candidates, NOBODY } from './kind.ts';
import type { Weighted } from './plan.ts';

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

/** A value below this part of the highest counts as this part: who has nearly none does not get all. */
const LEAST_PART = 1 / 20;

/**
 * Puts into `shares` what each member gets: its weight, divided by its value. Who has none counts as the mean of those that
 * have one. Where nobody that takes part has a weight, the values alone decide.
 */
export function weightsByMeasure(
  of: readonly Weighted[],
  candidates: Candidates,
  measure: Measure,
  shares: Float64Array,
): void {
  let [highest, sum, known, weight] = [0, 0, 0, 0];
  for (let index = 0; index < of.length; index += 1) {
    if (!candidates.has(index)) continue;
    weight += of[index]?.weight ?? 0;
    const value = candidates.measured(index, measure);
    if (value === Number.POSITIVE_INFINITY) continue;
    if (value > highest) highest = value;
    sum += value;
    known += 1;
  }
  const mean = known === 0 ? 1 : sum / known;
  // Where nobody has any load, all values are this one, which is not 0.
  const least = highest === 0 ? 1 : highest * LEAST_PART;
  for (let index = 0; index < of.length; index += 1) {
    if (!candidates.has(index)) {
      shares[index] = 0;
      continue;
    }
    const value = candidates.measured(index, measure);
    const own = value === Number.POSITIVE_INFINITY ? mean : value;
    shares[index] =
      ((weight > 0 ? (of[index]?.weight ?? 0) : 1) * candidates.share(index)) / Math.max(own, least);
  }
}

/** `latency 12 ms`, `load 0.5`. */
export function measuredText(value: number, measure: Measure): string {
  if (!Number.isFinite(value)) return `${measure} not known`;
  return measure === 'latency' ? `latency ${Math.round(value)} ms` : `load ${Number(value.toPrecision(3))}`;
}
