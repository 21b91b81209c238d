/** The plan `firstHealthy`: the first member that takes part. */
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly firstHealthy: {
      readonly kind: 'firstHealthy';
      readonly of: readonly PlanData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly firstHealthy: {
      readonly kind: 'firstHealthy';
      readonly of: readonly Plan[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const firstHealthy: ChoosingKind<'firstHealthy'> = {
  compile(data, path, ttl, reader) {
    const of = reader.each(data, path, (inner, at) => reader.plan(inner, at, ttl));
    return {
      kind: 'firstHealthy',
      of,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: () => OBJECT,
  text: (_plan, inside) => `firstHealthy(${inside.join(', ')})`,
  pick: (_plan, candidates) => candidates.first(),
  why: () => '',
};
