/** The plan `rotate`: the records of another plan, in another order for each query, or only some of them. */

import { isWhole } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { ArrangingKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import { MAX_PARTS } from '../plan-reader.ts';
import { withTtl } from '../text.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly rotate: {
      readonly kind: 'rotate';
      readonly of: PlanData;
      readonly count?: number;
      readonly ttl?: number;
    };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly rotate: { readonly kind: 'rotate'; readonly of: Plan; readonly count?: number };
  }
}

export const rotate: ArrangingKind<'rotate'> = {
  compile(data, path, ttl, reader) {
    const { count } = data;
    if (count !== undefined && !isWhole(count, 1, MAX_PARTS)) {
      return reader.refuse(path, `Count must be a whole number from 1 to ${MAX_PARTS}`);
    }
    const of = reader.plan(data.of, keyPath(path, 'rotate'), reader.ttl(data, path, ttl));
    return { kind: 'rotate', of, ...(count !== undefined && { count }) };
  },
  octets: () => OBJECT,
  text(plan, inside) {
    const count = plan.count === undefined ? '' : `, ${plan.count} of them`;
    return withTtl(`rotate(${inside.join()}${count})`, 'ttl' in plan ? plan.ttl : undefined);
  },
  arrange({ count }, records, chance) {
    const { length } = records.rdatas;
    records.rotate(chance.evenly(length), count ?? length);
  },
};
