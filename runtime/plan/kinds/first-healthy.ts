/** The plan `firstHealthy`: the first member that is not down. */
import type { ChoosingKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly firstHealthy: { readonly kind: 'firstHealthy'; readonly of: readonly PlanData[] };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly firstHealthy: { readonly kind: 'firstHealthy'; readonly of: readonly Plan[] };
  }
}

export const firstHealthy: ChoosingKind<'firstHealthy'> = {
  compile(data, path, ttl, reader) {
    const of = reader.each(data, path, (inner, at) => reader.plan(inner, at, ttl));
    return { kind: 'firstHealthy', of };
  },
  octets: () => OBJECT,
  text: (_plan, inside) => `firstHealthy(${inside.join(', ')})`,
  pick: (_plan, candidates) => candidates.first(),
  why: () => '',
};
