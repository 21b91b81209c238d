/**
 * The plan `shed`: the first of several pools, which hands a growing share of its queries on as its load grows: none up to `low`,
 * all from `high` on. The next one does the same with what comes to it. What nobody keeps goes to the least loaded. One pool alone
 * sheds to the other members of the choice that it is in, which passes it over as one that is being drained (answer/steering/eligible.ts).
 */
import type { Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { MOST_LOAD } from '../../health/values.ts';
import { commonTypesOf } from '../answered-types.ts';
import { type Family, isTogether } from '../family.ts';
import type { Candidates, ChoosingKind } from '../kind.ts';
import { lowest, measuredText } from '../measured.ts';
import { OBJECT } from '../octets.ts';
import { MAX_PARTS, type PlanReader } from '../plan-reader.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly shed: {
      readonly kind: 'shed';
      readonly of: readonly PlanData[];
      readonly low: number;
      readonly high: number;
      readonly family?: Family;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly shed: {
      readonly kind: 'shed';
      readonly of: readonly PoolPlan[];
      readonly low: number;
      readonly high: number;
      /** It has one pool, and sheds to the other members of the choice that it is in. */
      readonly isAlone: boolean;
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

export const shed: ChoosingKind<'shed'> = {
  measure: 'load',
  compile(data, path, ttl, reader) {
    const of = reader.pools(data, path, ttl);
    const marks = readMarks(data, keyPath(path, 'shed'), reader);
    return {
      kind: 'shed',
      of,
      ...marks,
      isAlone: of.length === 1,
      together: isTogether(data, path, reader),
      commonTypes: commonTypesOf(of),
    };
  },
  octets: () => OBJECT,
  text: ({ low, high }, inside) => `shed(${inside.join(', ')}, from load ${low} to ${high})`,
  pick({ of, low, high }, candidates, _client, chance) {
    const left = keep(of.length, candidates, low, high);
    // While nobody sheds anything, there is nothing to draw.
    if (left === 0 && SHARES[candidates.first()] === 1) return candidates.first();
    if (left > 0) {
      const least = lowest(of.length, candidates, 'load');
      SHARES[least] = (SHARES[least] ?? 0) + left;
    }
    return chance.byShares(SHARES, of.length);
  },
  why({ low, high }, index, _client, candidates) {
    const load = candidates.measured(index, 'load');
    const kept = Math.round(100 * keptPart(load, low, high));
    return `${measuredText(load, 'load')}, keeps ${kept} %`;
  },
};

/** By member, the part of all queries that it keeps; written over by each query, which so allocates nothing. */
const SHARES = new Float64Array(MAX_PARTS);

/** Fills in the shares of those that take part, in their order; returns what nobody keeps. */
function keep(count: number, candidates: Candidates, low: number, high: number): number {
  let left = 1;
  for (let index = 0; index < count; index += 1) {
    SHARES[index] = 0;
    if (left === 0 || !candidates.has(index)) continue;
    const kept = left * keptPart(candidates.measured(index, 'load'), low, high);
    SHARES[index] = kept;
    left -= kept;
  }
  return left;
}

/** The part that one keeps of what comes to it. Who says no load sheds none. */
export function keptPart(load: number, low: number, high: number): number {
  if (load <= low || load === Number.POSITIVE_INFINITY) return 1;
  return load >= high ? 0 : (high - load) / (high - low);
}

function readMarks(
  { low, high }: Fields,
  path: string,
  reader: PlanReader,
): { readonly low: number; readonly high: number } {
  const isMark = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= MOST_LOAD;
  if (!isMark(low)) reader.refuse(keyPath(path, 'low'), 'Must be a load from 0, up to which nothing is shed');
  else if (!isMark(high) || high <= low)
    reader.refuse(keyPath(path, 'high'), 'Must be a load above "low", from which all is shed');
  else return { low, high };
  return { low: 0, high: 1 };
}
