/** The plan `leastLoaded`: the pool whose targets say the least load, by push or in answers to probes. */
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
import { lowest, measuredText } from '../measured.ts';
import { OBJECT } from '../octets.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly leastLoaded: {
      readonly kind: 'leastLoaded';
      readonly of: readonly PlanData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly leastLoaded: {
      readonly kind: 'leastLoaded';
      readonly of: readonly PoolPlan[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const leastLoaded: ChoosingKind<'leastLoaded'> = {
  measure: 'load',
  compile(data, path, ttl, reader) {
    const of = reader.pools(data, path, ttl);
    return {
      kind: 'leastLoaded',
      of,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: () => OBJECT,
  text: (_plan, inside) => `leastLoaded(${inside.join(', ')})`,
  pick: ({ of }, candidates) => lowest(of.length, candidates, 'load'),
  why: (_plan, index, _client, candidates) => measuredText(candidates.measured(index, 'load'), 'load'),
};
