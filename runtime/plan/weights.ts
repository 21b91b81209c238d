/** Weights, by which several kinds choose: how they are read, shown, and turned into shares. */

import { type Fields, isFields, isWhole } from '../base/data-reader.ts';
import { fnv1a } from '../base/structures/fnv.ts';
import type { WeightedData } from '../rpc/plan.ts';
import type { Candidates } from './kind.ts';
import { OBJECT } from './octets.ts';
import type { Weighted } from './plan.ts';
import type { PlanReader } from './plan-reader.ts';

const MAX_WEIGHT = 1_000_000;

/** Reads the choices of a plan, each with its weight. */
export function readWeights(data: Fields, path: string, ttl: number, reader: PlanReader): Weighted[] {
  return reader.each(data, path, (inner, at, index) => {
    const { weight, plan: data }: Fields = isFields(inner) ? inner : {};
    const plan = reader.plan(data, at, ttl);
    const seed = fnv1a(plan.kind === 'pool' ? plan.pool.name : `#${index}`);
    if (isWhole(weight, 0, MAX_WEIGHT)) return { weight, plan, seed };
    reader.refuse(at, `Weight must be a whole number from 0 to ${MAX_WEIGHT}`);
    return { weight: 0, plan, seed };
  });
}

/** `95 us, 5 eu`. */
export function weightsText(of: readonly (Weighted | WeightedData)[], inside: readonly string[]): string {
  return of.map(({ weight }, index) => `${weight} ${inside[index]}`).join(', ');
}

export function weightsOctets({ of }: { readonly of: readonly Weighted[] }): number {
  return OBJECT + of.length * OBJECT;
}

/** The sum of the weights of the members that take part. */
export function totalWeight(of: readonly Weighted[], candidates: Candidates): number {
  let total = 0;
  for (let index = 0; index < of.length; index += 1) {
    if (candidates.has(index)) total += (of[index]?.weight ?? 0) * candidates.share(index);
  }
  return total;
}

/** A member's share. A weight of 0 means: only when no other is left; then all left share equally. */
export function shareOf(
  of: readonly Weighted[],
  index: number,
  candidates: Candidates,
  total: number,
): number {
  if (!candidates.has(index)) return 0;
  return (total > 0 ? (of[index]?.weight ?? 0) : 1) * candidates.share(index);
}
