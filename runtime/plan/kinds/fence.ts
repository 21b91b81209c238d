/**
 * The plan `fence`: whom it is chosen for is answered from inside or not at all. What is down inside is not answered as
 * if it were up, whatever its `whenDown` says; and to the choices around it a fence is never down, so that none leads
 * elsewhere. It is a choice among what is inside and NODATA, which is always up.
 */
import { keyPath } from '../../base/key-path.ts';
import { commonTypesOf } from '../answered-types.ts';
import type { ChoosingKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import type { Plan } from '../plan.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly fence: { readonly kind: 'fence'; readonly of: PlanData };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly fence: {
      readonly kind: 'fence';
      readonly of: readonly [inside: Plan, nothing: Plan];
      readonly together: boolean;
      readonly commonTypes: number;
    };
  }
}

const NOTHING: Plan = { kind: 'nodata' };

export const fence: ChoosingKind<'fence'> = {
  compile(data, path, ttl, reader) {
    const inside = reader.fenced(() => reader.plan(data.of, keyPath(path, 'fence'), ttl));
    const of = [inside, NOTHING] as const;
    return { kind: 'fence', of, together: false, commonTypes: commonTypesOf(of) };
  },
  octets: () => 3 * OBJECT,
  text: (_plan, [inside]) => `fence(${inside})`,
  pick: (_plan, candidates) => candidates.first(),
  why: (_plan, index) => (index === 0 ? '' : 'the end of the fence'),
};
