/** The plan `weighted`: one of several members at random for each query, by weight. */
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
import { readWeights, weightsOctets, weightsText } from '../weights.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly weighted: {
      readonly kind: 'weighted';
      readonly of: readonly WeightedData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly weighted: {
      readonly kind: 'weighted';
      readonly of: readonly Weighted[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const weighted: ChoosingKind<'weighted'> = {
  goesByShare: true,
  compile(data, path, ttl, reader) {
    const of = readWeights(data, path, ttl, reader);
    return { kind: 'weighted', of, together: isTogether(data, path, reader), commonTypes: commonTypesOf(of) };
  },
  octets: weightsOctets,
  text: ({ of }, inside) => `weighted(${weightsText(of, inside)})`,
  pick: ({ of }, candidates, _client, chance) => chance.byWeight(of, candidates),
  why: ({ of }, index) => `weight ${of[index]?.weight}`,
};
