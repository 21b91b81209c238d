/** Policies by chance, for the laws of replays: what they read, and the plans that the values lead to. */
import fc from 'fast-check';
import { failure, type Script } from '../answer/scripted-sandbox.ts';

const check = { type: 'tcp', port: 80 } as const;
const POOLS = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] }, check },
  eu: { records: { A: ['198.51.100.1', '198.51.100.2', '198.51.100.3'] }, check },
  last: { records: { A: ['203.0.113.1'] }, check, whenDown: 'empty' as const },
};
export const SHOP = { zone: 'shop.example', policy: { pools: POOLS, hosts: { www: null, '*.app': null } } };
/** As lines name them. */
export const TARGETS = Object.entries(POOLS).flatMap(([name, { records }]) =>
  Object.values(records).flatMap((values) => values.map((value) => `${name}/${value}`)),
);
const pool = fc.constantFrom('us', 'eu', 'last').map((name) => ({ kind: 'pool', pool: name }));
export const leaf = fc.oneof(
  pool,
  fc.constant({ kind: 'nodata' }),
  pool.map((of) => ({ kind: 'rotate', of, count: 2 })),
  fc.array(pool, { minLength: 2, maxLength: 3 }).map((of) => ({ kind: 'firstHealthy', of })),
  fc
    .array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), plan: pool }), { minLength: 2, maxLength: 3 })
    .map((of) => ({ kind: 'weighted', of })),
);

export const failingLeaf = fc.oneof(
  { weight: 5, arbitrary: leaf },
  { weight: 1, arbitrary: fc.constant(failure('throw')) },
);

/** Reads one fact after the other, and comes to the plan that its values lead to. */
export function scriptOf(facts: readonly string[], plans: readonly unknown[]): Script {
  return (read) => {
    let at = 0;
    for (const fact of facts) {
      for (const character of String(read(fact))) at = (at * 31 + character.charCodeAt(0)) % 9973;
      if (at % 3 === 0) break;
    }
    return plans[at % plans.length];
  };
}
