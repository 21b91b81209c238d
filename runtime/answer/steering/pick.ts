/** How one of several is picked among those that take part: by the client's subnet, by distance; by chance in draw.ts. */
import { distanceKm } from '../../geo/distance.ts';
import type { Coordinates } from '../../geo/location.ts';
import type { Pool, Weighted } from '../../plan/plan.ts';
import { type Eligible, NOBODY } from './eligible.ts';

/**
 * Rendezvous hashing with weights: each member draws a number from the subnet and its own name, and
 * the best draw wins. One that goes down loses its own clients and moves nobody else's.
 */
export function pickBySubnet(of: readonly Weighted[], eligible: Eligible, subnetHash: number): number {
  const total = totalWeight(of, eligible);
  let best = NOBODY;
  let bestDraw = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    const share = shareOf(of, index, eligible, total);
    if (share === 0) continue;
    const draw = -Math.log(uniform(subnetHash, of[index]?.seed ?? 0)) / share;
    if (draw >= bestDraw) continue;
    best = index;
    bestDraw = draw;
  }
  return best;
}

/** By great circle; the first of all where the client's place is not known. */
export function pickNearest(of: readonly Pool[], eligible: Eligible, location: Coordinates): number {
  let best = NOBODY;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    if (!eligible.has(index)) continue;
    const distance = distanceTo(of[index], location);
    if (best !== NOBODY && distance >= bestDistance) continue;
    best = index;
    bestDistance = distance;
  }
  return best;
}

/** Kilometres from a client to a pool; infinite where either place is not known. */
export function distanceTo(pool: Pool | undefined, { latitude, longitude }: Coordinates): number {
  if (pool?.at === undefined || latitude === undefined || longitude === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  return distanceKm(latitude, longitude, pool.at[0], pool.at[1]);
}

/** Of those that take part. */
export function totalWeight(of: readonly Weighted[], eligible: Eligible): number {
  let total = 0;
  for (let index = 0; index < of.length; index += 1) {
    if (eligible.has(index)) total += of[index]?.weight ?? 0;
  }
  return total;
}

/** A weight of 0 means: only when nobody else is left. Those that are left then are equal. */
export function shareOf(of: readonly Weighted[], index: number, eligible: Eligible, total: number): number {
  if (!eligible.has(index)) return 0;
  return total > 0 ? (of[index]?.weight ?? 0) : 1;
}

/** A number between 0 and 1, neither included, from two hashes: MurmurHash3's finalizer over both. */
function uniform(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
