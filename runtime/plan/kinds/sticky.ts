/** The plan `sticky`: one of several members by weight, the same for every query from one subnet. */
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import { type Candidates, type ChoosingKind, NOBODY } from '../kind.ts';
import type { Weighted } from '../plan.ts';
import { readWeights, shareOf, totalWeight, weightsOctets, weightsText } from '../weights.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly sticky: {
      readonly kind: 'sticky';
      readonly of: readonly WeightedData[];
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly sticky: {
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
    return { kind: 'sticky', of, together: isTogether(data, path, reader), commonTypes: commonTypesOf(of) };
  },
  octets: weightsOctets,
  text: ({ of }, inside) => `sticky(${weightsText(of, inside)})`,
  pick: ({ of }, candidates, client) => pickBySubnet(of, candidates, client.subnetHash()),
  why: ({ of }, index) => `weight ${of[index]?.weight}, by client subnet`,
};

/**
 * Rendezvous hashing with weights: each member draws a number from the subnet and its own name, and
 * the best draw wins. A member that goes down loses its own clients, and all others stay where they are.
 */
function pickBySubnet(of: readonly Weighted[], candidates: Candidates, subnetHash: number): number {
  const total = totalWeight(of, candidates);
  let best = NOBODY;
  let bestDraw = Number.POSITIVE_INFINITY;
  for (let index = 0; index < of.length; index += 1) {
    const share = shareOf(of, index, candidates, total);
    if (share === 0) continue;
    const draw = -Math.log(uniform(subnetHash, of[index]?.seed ?? 0)) / share;
    if (draw >= bestDraw) continue;
    best = index;
    bestDraw = draw;
  }
  return best;
}

/** A number between 0 and 1, both excluded, from two hashes: MurmurHash3's finalizer over both. */
function uniform(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) + 0.5) / 2 ** 32;
}
