/** The plan `take`: the first few records of another plan that are up. */

import { isWhole } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { ArrangingKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';
import { MAX_PARTS } from '../plan-reader.ts';

declare module '../../rpc/plan.ts' {
  interface PlanDataByKind {
    readonly take: { readonly kind: 'take'; readonly of: PlanData; readonly count: number };
  }
}

declare module '../plan.ts' {
  interface PlanByKind {
    readonly take: { readonly kind: 'take'; readonly of: Plan; readonly count: number };
  }
}

export const take: ArrangingKind<'take'> = {
  compile(data, path, ttl, reader) {
    const { count } = data;
    if (!isWhole(count, 1, MAX_PARTS)) {
      return reader.refuse(path, `Count must be a whole number from 1 to ${MAX_PARTS}`);
    }
    return { kind: 'take', of: reader.plan(data.of, keyPath(path, 'take'), ttl), count };
  },
  octets: () => OBJECT,
  text: ({ count }, inside) => `take(${inside.join()}, ${count})`,
  arrange({ count }, records) {
    if (count < records.rdatas.length) records.rotate(0, count);
  },
};
