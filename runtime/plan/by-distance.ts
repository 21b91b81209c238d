/** Choices among pools by their distance from the client. */
import { distanceKm } from '../geo/distance.ts';
import type { Coordinates } from '../geo/location.ts';
import { type Candidates, NOBODY } from './kind.ts';
import type { PoolPlan } from './plan.ts';

/** The index of the nearest pool; that of the first if the client's place is not known. */
export function pickNearest(of: readonly PoolPlan[], candidates: Candidates, location: Coordinates): number {
  let best = NOBODY;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    if (!candidates.has(index)) continue;
    const distance = distanceTo(of[index], location);
    if (best !== NOBODY && distance >= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  return best;
}

/** Kilometres from a client to a pool; infinite if either place is not known. */
export function distanceTo(plan: PoolPlan | undefined, { latitude, longitude }: Coordinates): number {
  const at = plan?.pool.at;
  if (at === undefined || latitude === undefined || longitude === undefined) return Number.POSITIVE_INFINITY;
  return distanceKm(latitude, longitude, at[0], at[1]);
}

export function distanceText(kilometres: number): string {
  return Number.isFinite(kilometres) ? `${Math.round(kilometres)} km` : 'distance not known';
}
