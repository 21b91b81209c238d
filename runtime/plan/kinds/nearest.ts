/** The plan `nearest`: the pool closest to the client, by great circle. */

import { distanceKm } from '../../geo/distance.ts';
import type { Coordinates } from '../../geo/location.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import { type Candidates, type ChoosingKind, NOBODY } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import type { PoolPlan } from '../plan.ts';
import type { PlanReader } from '../plan-reader.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly nearest: {
      readonly kind: 'nearest';
      readonly of: readonly PlanData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly nearest: {
      readonly kind: 'nearest';
      readonly of: readonly PoolPlan[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const nearest: ChoosingKind<'nearest'> = {
  compile(data, path, ttl, reader) {
    const of = reader.each(data, path, (inner, at) => readPlace(inner, at, ttl, reader));
    return { kind: 'nearest', of, together: isTogether(data, path, reader), commonTypes: commonTypesOf(of) };
  },
  octets: () => OBJECT,
  text: (_plan, inside) => `nearest(${inside.join(', ')})`,
  pick: ({ of }, candidates, client) => pickNearest(of, candidates, client.location()),
  why: ({ of }, index, client) => distanceText(distanceTo(of[index], client.location())),
};

function readPlace(data: unknown, path: string, ttl: number, reader: PlanReader): PoolPlan {
  const plan = reader.poolChoice(data, path, ttl);
  if (plan.pool.at === undefined) {
    reader.refuse(path, `Pool "${plan.pool.name}" needs "at", its latitude and longitude`);
  }
  return plan;
}

/** The index of the nearest pool; that of the first if the client's place is not known. */
function pickNearest(of: readonly PoolPlan[], candidates: Candidates, location: Coordinates): number {
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
function distanceTo(plan: PoolPlan | undefined, { latitude, longitude }: Coordinates): number {
  const at = plan?.pool.at;
  if (at === undefined || latitude === undefined || longitude === undefined) return Number.POSITIVE_INFINITY;
  return distanceKm(latitude, longitude, at[0], at[1]);
}

function distanceText(kilometres: number): string {
  return Number.isFinite(kilometres) ? `${Math.round(kilometres)} km` : 'distance not known';
}
