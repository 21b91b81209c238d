/** The plan `nearest`: the pool closest to the client, by great circle. */

import { commonTypesOf } from '../answered-types.ts';
import { distanceText, distanceTo, pickNearest } from '../by-distance.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
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
