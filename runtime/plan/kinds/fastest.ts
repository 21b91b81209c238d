/** The plan `fastest`: the pool whose checks take least time, as this server measures it. */
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
import { lowest, measuredText } from '../measured.ts';
import { OBJECT } from '../octets.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly fastest: {
      readonly kind: 'fastest';
      readonly of: readonly PlanData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly fastest: {
      readonly kind: 'fastest';
      readonly of: readonly PoolPlan[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const fastest: ChoosingKind<'fastest'> = {
  measure: 'latency',
  compile(data, path, ttl, reader) {
    const of = reader.pools(data, path, ttl);
    return { kind: 'fastest', of, together: isTogether(data, path, reader), commonTypes: commonTypesOf(of) };
  },
  octets: () => OBJECT,
  text: (_plan, inside) => `fastest(${inside.join(', ')})`,
  pick: ({ of }, candidates) => lowest(of.length, candidates, 'latency'),
  why: (_plan, index, _client, candidates) => measuredText(candidates.measured(index, 'latency'), 'latency'),
};
