/** Which cases of two policies are told to differ: just those whose answers do, by brute force over all clients. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ChangedCell,
  compareHosts,
  OTHER_TYPES,
} from '../../../runtime/explore/compare/compare-hosts.ts';
import { planAnswer, typesOf } from '../../../runtime/explore/compare/plan-answer.ts';
import type { CaseResult } from '../../../runtime/explore/explore-policy.ts';
import { literalsIn } from '../../../runtime/explore/literals.ts';
import type { Decide, WitnessQuery } from '../../../runtime/explore/tree.ts';
import { worldOf } from '../../../runtime/explore/world.ts';
import { countries } from '../../../runtime/geo/continent.ts';
import type { Plan, Pool, Weighted } from '../../../runtime/plan/plan.ts';
import type { FactValue, Read } from '../../../runtime/rpc/plan.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const STATES = ['up', 'down'] as const;

function pool(name: string, last: number, types: readonly number[] = [RRTYPE.A]): Pool {
  const set = (type: number) => ({ type, ttl: 30, rdatas: [octets(type, last)], slots: [last] });
  return { name, at: undefined, whenDown: 'all', sets: types.map(set) };
}

function octets(type: number, last: number): Uint8Array {
  const data = new Uint8Array(type === RRTYPE.A ? 4 : 16);
  data[data.length - 1] = last;
  return data;
}

const [US, EU, V6] = [pool('us', 1), pool('eu', 2), pool('v6', 3, [RRTYPE.AAAA])];
const POOLS: ReadonlyMap<string, Pool> = new Map([US, EU, V6].map((one) => [one.name, one]));
const plain = (of: Pool): Plan => ({ kind: 'pool', pool: of });
const member = (of: Pool, weight: number): Weighted => ({ weight, plan: plain(of), seed: weight });
const PLANS: readonly Plan[] = [
  plain(US),
  plain(EU),
  plain({ ...US, name: 'alias' }),
  plain({ ...US, ttl: 60, sets: US.sets.map((set) => ({ ...set, ttl: 60 })) }),
  plain({ ...US, whenDown: 'servfail' }),
  plain({ ...US, whenDown: plain(EU) }),
  plain({ ...US, whenDown: plain(V6) }),
  { kind: 'firstHealthy', of: [plain(US), plain(EU)], together: false, commonTypes: 0 },
  { kind: 'firstHealthy', of: [plain(EU), plain(US)], together: false, commonTypes: 0 },
  { kind: 'firstHealthy', of: [plain(V6), plain(EU)], together: false, commonTypes: 0 },
  { kind: 'weighted', by: undefined, of: [member(US, 1), member(EU, 9)], together: false, commonTypes: 0 },
  { kind: 'nodata' },
  { kind: 'nxdomain' },
];

test('What stands in for a pool is told, and makes a difference for its own types as well', () => {
  const instead = plain({ ...US, whenDown: plain(V6) });
  assert.equal(planAnswer(instead, RRTYPE.A).text, 'us 0.0.0.1 (TTL 30), when down v6 nothing');
  assert.equal(planAnswer(instead, RRTYPE.AAAA).text, 'us nothing, when down v6 ::3 (TTL 30)');
  assert.notEqual(planAnswer(instead, RRTYPE.AAAA).key, planAnswer(plain(US), RRTYPE.AAAA).key);
  assert.equal(planAnswer(instead, RRTYPE.MX).key, planAnswer(plain(US), RRTYPE.MX).key);
  assert.deepEqual([...typesOf(instead)], [RRTYPE.A, RRTYPE.AAAA]);
});

test('A table by place is no choice among those that have the type: who is elsewhere gets nothing', () => {
  const table: Plan = {
    kind: 'geo',
    of: [plain(US), plain(V6)],
    places: [['DE'], ['default']],
    regions: null,
    countries: { DE: 0 },
    union: -1,
    continents: null,
    others: 1,
    isFenced: false,
    together: false,
    commonTypes: 0,
  };
  assert.notEqual(planAnswer(table, RRTYPE.A).key, planAnswer(plain(US), RRTYPE.A).key);
  assert.equal(planAnswer(table, RRTYPE.A).text, 'geo(DE: us 0.0.0.1 (TTL 30), default: v6 nothing)');
});

type Branch = { readonly fact: string; readonly is: FactValue; readonly yes: Policy; readonly no: Policy };
type Policy = number | Branch;

const TESTS = fc.oneof(
  fc.record({
    fact: fc.constant('client.country'),
    is: fc.constantFrom<FactValue[]>('DE', 'FR', 'JP', null),
  }),
  fc.record({ fact: fc.constant('client.continent'), is: fc.constantFrom<FactValue[]>('EU', 'AS') }),
  fc.record({
    fact: fc.constantFrom('health.us', 'health.eu'),
    is: fc.constantFrom<FactValue[]>('up', 'down'),
  }),
);
const { policy: POLICY } = fc.letrec<{ policy: Policy }>((tie) => ({
  policy: fc.oneof(
    { maxDepth: 3 },
    fc.nat(PLANS.length - 1),
    fc.tuple(TESTS, tie('policy'), tie('policy')).map(([asked, yes, no]): Policy => ({ ...asked, yes, no })),
  ),
}));

function factOf(fact: string, { facts }: WitnessQuery): FactValue {
  const [domain = '', name = ''] = fact.split('.');
  return (domain === 'client' ? facts.place[name] : facts.health[name]) ?? null;
}

function decide(policy: Policy, query: WitnessQuery): { readonly reads: Read[]; readonly plan: Plan } {
  const reads = new Map<string, FactValue>();
  let at = policy;
  while (typeof at !== 'number') {
    const value = factOf(at.fact, query);
    reads.set(at.fact, value);
    at = value === at.is ? at.yes : at.no;
  }
  return { reads: [...reads], plan: PLANS[at] ?? assert.fail('There is a plan') };
}

function decider(policy: Policy): Decide<CaseResult> {
  return (query) => {
    const { reads, plan } = decide(policy, query);
    return Promise.resolve({ reads, result: { ok: true, plan, data: undefined, impure: [] } });
  };
}

function queries(): WitnessQuery[] {
  const world = worldOf({ host: 'www.example.com', pools: POOLS, literals: literalsIn(''), now: NOW });
  return [...countries(), null].flatMap((country) =>
    STATES.flatMap((us) =>
      STATES.flatMap((eu) => {
        const reads: Read[] = [
          ['client.country', country],
          ['health.us', us],
          ['health.eu', eu],
        ];
        return world.queryWith(reads) ?? assert.fail(`No client is in ${country}`);
      }),
    ),
  );
}

const QUERIES = queries();

function isIn({ when }: ChangedCell, query: WitnessQuery): boolean {
  return [...when].every(([fact, values]) => values.includes(factOf(fact, query)));
}

test('Each query whose answer differs is in a cell, with both answers, and no other query is', async () => {
  const law = fc.asyncProperty(POLICY, POLICY, async (one, other) => {
    const literals = literalsIn(JSON.stringify([one, other]));
    const world = worldOf({ host: 'www.example.com', pools: POOLS, literals, now: NOW });
    const budget = { runs: 100_000, inFlight: 8, isOver: () => false };
    const { cells, untaken, sampled } = await compareHosts(decider(one), decider(other), world, budget);
    assert.deepEqual([untaken, sampled], [0, []]);
    for (const query of QUERIES) {
      const [before, after] = [decide(one, query).plan, decide(other, query).plan];
      for (const [type, word] of [
        [RRTYPE.A, 'A'],
        [RRTYPE.AAAA, 'AAAA'],
      ] as const) {
        const [old, now] = [planAnswer(before, type), planAnswer(after, type)];
        const isNamed = typesOf(before).has(type) || typesOf(after).has(type);
        const told = cells.filter(
          (cell) => cell.types.includes(isNamed ? word : OTHER_TYPES) && isIn(cell, query),
        );
        const expected = old.key === now.key ? [] : [[old.text, now.text]];
        assert.deepEqual(
          told.map((cell) => [cell.before, cell.after]),
          expected,
        );
      }
    }
  });
  await fc.assert(law, { numRuns: 40 });
});

test('The witness of a cell is in it', async () => {
  const law = fc.asyncProperty(POLICY, POLICY, async (one, other) => {
    const world = worldOf({ host: 'www.example.com', pools: POOLS, literals: literalsIn(''), now: NOW });
    const budget = { runs: 100_000, inFlight: 8, isOver: () => false };
    const { cells } = await compareHosts(decider(one), decider(other), world, budget);
    for (const cell of cells) assert.ok(isIn(cell, cell.witness), JSON.stringify([...cell.when]));
  });
  await fc.assert(law, { numRuns: 40 });
});
