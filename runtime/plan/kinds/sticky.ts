/** The plan `sticky`: one of several members by weight, the same for all queries from one subnet, for one name, or of one key. */
import { drawOf } from '../../base/structures/rendezvous.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import { type Candidates, type ChoosingKind, NOBODY } from '../kind.ts';
import type { Weighted } from '../plan.ts';
import { readWeights, shareOf, totalWeight, weightsOctets, weightsText } from '../weights.ts';
import { readStickBy, type StickBy, type StickByData, stickHash, stickText, stickWhy } from './stick-by.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly sticky: StickByData & {
      readonly kind: 'sticky';
      readonly of: readonly WeightedData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly sticky: StickBy & {
      readonly kind: 'sticky';
      readonly of: readonly Weighted[];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const sticky: ChoosingKind<'sticky'> = {
  goesByShare: true,
  goesByName: true,
  compile(data, path, ttl, reader) {
    const of = readWeights(data, path, ttl, reader);
    return {
      kind: 'sticky',
      of,
      ...readStickBy(data, path, reader),
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: weightsOctets,
  text: (plan, inside) => `sticky(${weightsText(plan.of, inside)})${stickText(plan)}`,
  pick: (plan, candidates, client, _chance, asked) =>
    pickByHash(plan.of, candidates, stickHash(plan, client, asked)),
  why: (plan, index) => `weight ${plan.of[index]?.weight}, ${stickWhy(plan)}`,
};

/** A member that goes down loses its own clients, and all others stay where they are. */
function pickByHash(of: readonly Weighted[], candidates: Candidates, hash: number): number {
  const total = totalWeight(of, candidates);
  let best = NOBODY;
  let bestDraw = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    const share = shareOf(of, index, candidates, total);
    if (share === 0) continue;
    const draw = drawOf(hash, of[index]?.seed ?? 0, share);
    if (draw >= bestDraw) continue;
    best = index;
    bestDraw = draw;
  }
  return best;
}
