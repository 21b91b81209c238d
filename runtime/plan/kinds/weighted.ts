/** The plan `weighted`: one of several members at random for each query, by weight, or by weight and what is measured. */
import type { Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { Measure } from '../../health/values.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { ChoosingKind } from '../kind.ts';
import { measuredText, weightsByMeasure } from '../measured.ts';
import { MAX_PARTS, type PlanReader } from '../plan-reader.ts';
import { readWeights, weightsOctets, weightsText } from '../weights.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly weighted: {
      readonly kind: 'weighted';
      readonly of: readonly WeightedData[];
      readonly by?: Measure;
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly weighted: {
      readonly kind: 'weighted';
      readonly of: readonly Weighted[];
      /** By what weights are divided. */
      readonly by: Measure | undefined;
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const weighted: ChoosingKind<'weighted'> = {
  goesByShare: true,
  compile(data, path, ttl, reader) {
    const of = readWeights(data, path, ttl, reader);
    const by = readMeasure(data, path, reader);
    return {
      kind: 'weighted',
      of,
      by,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: weightsOctets,
  text: ({ of, by }, inside) => `weighted(${weightsText(of, inside)}${by === undefined ? '' : `, by ${by}`})`,
  pick({ of, by }, candidates, _client, chance) {
    if (by === undefined) return chance.byWeight(of, candidates);
    weightsByMeasure(of, candidates, by, SHARES);
    return chance.byShares(SHARES, of.length);
  },
  why({ of, by }, index, _client, candidates) {
    const measured = by === undefined ? '' : `, ${measuredText(candidates.measured(index, by), by)}`;
    return `weight ${of[index]?.weight}${measured}`;
  },
};

/** By member; written over by each query, which so allocates nothing. */
const SHARES = new Float64Array(MAX_PARTS);

function readMeasure({ by }: Fields, path: string, reader: PlanReader): Measure | undefined {
  if (by === undefined || by === 'load' || by === 'latency') return by;
  reader.refuse(keyPath(keyPath(path, 'weighted'), 'by'), 'Must be "load" or "latency"');
  return undefined;
}
