/** The walk through the tree of reads: whatever a policy tells apart, some leaf shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { literalsIn } from '../../runtime/explore/literals.ts';
import { type Decided, explore } from '../../runtime/explore/tree.ts';
import { worldOf } from '../../runtime/explore/world.ts';
import { countries } from '../../runtime/geo/continent.ts';
import type { Pool } from '../../runtime/plan/plan.ts';
import type { FactValue, Read } from '../../runtime/rpc/plan.ts';
import type { FactsData } from '../../runtime/rpc/sandbox-protocol.ts';

const CHECKED = { sets: [{ slots: [0, 1] }] } as unknown as Pool;
const POOLS: ReadonlyMap<string, Pool> = new Map([
  ['us', CHECKED],
  ['eu', CHECKED],
]);
const NOW = Date.UTC(2026, 10, 30, 12);

/** A policy: a fact that it compares with a value, and what it does if that is so and if not. */
type Tree = string | { readonly fact: string; readonly is: FactValue; readonly yes: Tree; readonly no: Tree };

const TESTS = fc.oneof(
  fc.record({ fact: fc.constant('client.country'), is: fc.constantFrom('DE', 'FR', 'JP', 'US', null) }),
  fc.record({ fact: fc.constant('client.continent'), is: fc.constantFrom('EU', 'AS', 'NA', null) }),
  fc.record({ fact: fc.constant('client.eu'), is: fc.constantFrom(true, false) }),
  fc.record({
    fact: fc.constantFrom('health.us', 'health.eu'),
    is: fc.constantFrom('up', 'degraded', 'down'),
  }),
  fc.record({ fact: fc.constant('time.hour'), is: fc.integer({ min: 0, max: 23 }) }),
  fc.record({ fact: fc.constant('time.weekday'), is: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ fact: fc.constant('client.family'), is: fc.constantFrom(4, 6) }),
);
const { tree: TREE } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c'),
    fc.tuple(TESTS, tie('tree'), tie('tree')).map(([{ fact, is }, yes, no]): Tree => ({ fact, is, yes, no })),
  ),
}));

function factValue(fact: string, { place, family, now, health }: FactsData): FactValue {
  const [domain = '', name = ''] = fact.split('.');
  if (domain === 'client') return name === 'family' ? family : (place[name] ?? null);
  if (domain === 'health') return health[name] ?? null;
  const date = new Date(now);
  return name === 'hour' ? date.getUTCHours() : date.getUTCDay() || 7;
}

function run(tree: Tree, facts: FactsData): Decided<string> {
  const reads = new Map<string, FactValue>();
  let at = tree;
  while (typeof at !== 'string') {
    const value = factValue(at.fact, facts);
    reads.set(at.fact, value);
    at = value === at.is ? at.yes : at.no;
  }
  return { reads: [...reads], result: at };
}

const BUDGET = { runs: 200_000, inFlight: 8, isOver: () => false };

function exploreTree(tree: Tree, budget = BUDGET) {
  const world = worldOf({
    host: 'www.example.com',
    pools: POOLS,
    literals: literalsIn(JSON.stringify(tree)),
    now: NOW,
  });
  return explore(({ facts }) => Promise.resolve(run(tree, facts)), world, budget);
}

/** A leaf whose reads all come true for the facts. */
function matches(reads: readonly Read[], facts: FactsData): boolean {
  return reads.every(([fact, value]) => factValue(fact, facts) === value);
}

const FACTS = fc
  .record({
    country: fc.constantFrom(...countries()),
    us: fc.constantFrom('up', 'degraded', 'down'),
    eu: fc.constantFrom('up', 'degraded', 'down'),
    hour: fc.integer({ min: 0, max: 167 }),
  })
  .map(({ country, us, eu, hour }): FactsData => {
    const world = worldOf({
      host: 'www.example.com',
      pools: POOLS,
      literals: literalsIn(''),
      now: NOW + hour * 3_600_000,
    });
    const query = world.queryWith([
      ['client.country', country],
      ['health.us', us],
      ['health.eu', eu],
    ]);
    return query?.facts ?? assert.fail(`No client is in ${country}`);
  });

test('Each client is in one leaf of the tree, and gets what that leaf says', async () => {
  const law = fc.asyncProperty(
    TREE,
    fc.array(FACTS, { minLength: 20, maxLength: 20 }),
    async (tree, clients) => {
      const { leaves, untaken, sampled } = await exploreTree(tree);
      assert.equal(untaken, 0);
      assert.equal(sampled.size, 0);
      for (const facts of clients) {
        const own = leaves.filter(({ reads }) => matches(reads, facts));
        assert.deepEqual(
          own.map(({ result }) => result),
          [run(tree, facts).result],
        );
      }
    },
  );
  await fc.assert(law, { numRuns: 60 });
});

test('Each leaf comes with facts that lead there', async () => {
  const law = fc.asyncProperty(TREE, async (tree) => {
    const { leaves } = await exploreTree(tree);
    for (const { reads, result, witness } of leaves)
      assert.deepEqual(run(tree, witness.facts), { reads, result });
  });
  await fc.assert(law, { numRuns: 60 });
});

test('What a policy names is found with few runs', async () => {
  const tree: Tree = {
    fact: 'client.country',
    is: 'JP',
    yes: {
      fact: 'time.hour',
      is: 3,
      yes: { fact: 'health.us', is: 'down', yes: 'found', no: 'a' },
      no: 'a',
    },
    no: 'b',
  };
  const { leaves, untaken } = await exploreTree(tree, { ...BUDGET, runs: 24 });
  assert.ok(leaves.some(({ result }) => result === 'found'));
  assert.ok(untaken > 200);
});

test('A fact that has too many values is said to be sampled', async () => {
  const { sampled } = await exploreTree({ fact: 'client.city', is: 'Paris', yes: 'a', no: 'b' });
  assert.deepEqual([...sampled], ['client.city']);
});

test('A failure of the decider ends the walk', async () => {
  const world = worldOf({ host: 'www.example.com', pools: POOLS, literals: literalsIn(''), now: NOW });
  const broken = () => Promise.reject(new Error('The sandbox is gone'));
  await assert.rejects(explore(broken, world, BUDGET), /The sandbox is gone/);
});
