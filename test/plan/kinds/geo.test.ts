/** Tables by place: who encloses the client, who of them is up, and what is asked of the client for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { continentOf, countries } from '../../../runtime/geo/continent.ts';
import { isInEuropeanUnion } from '../../../runtime/geo/european-union.ts';
import { withOverrides } from '../../../runtime/geo/overrides.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { fence, firstHealthy, geo, pool, World, weighted } from '../../answer/world.ts';

const check = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  va: { records: { A: ['192.0.2.1'] }, check },
  us: { records: { A: ['192.0.2.2'], AAAA: ['2001:db8::2'] }, check },
  na: { records: { A: ['192.0.2.3'] }, check, whenDown: 'empty' },
  eu: { records: { A: ['198.51.100.1'], AAAA: ['2001:db8::1'] }, check },
  union: { records: { A: ['198.51.100.2'] }, check },
  all: { records: { A: ['203.0.113.1'] }, check },
};
const ADDRESS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(POOLS).map(([name, { records }]) => [name, String(records.A?.[0])]),
);
/** Virginia, Frankfurt, Sydney, somewhere in France, Oslo, and a client of whom nothing is known. */
const [ASHBURN, FRANKFURT, SYDNEY, FRANCE, OSLO, NOWHERE] = [
  '192.0.2.10',
  '198.51.100.77',
  '2001:db8:a::1',
  '203.0.113.7',
  '100.64.0.1',
  '127.0.0.1',
];
const PLACES = withOverrides(
  { locate: () => ({}), read: () => undefined, key: () => 0, prefixLength: () => 0 },
  {
    '198.51.100.0/24': { country: 'DE', continent: 'EU', eu: true },
    '192.0.2.0/25': { country: 'US', region: 'VA', continent: 'NA', eu: false },
    '2001:db8:a::/48': { country: 'AU', continent: 'OC', region: 'constructor', eu: false },
    '203.0.113.0/24': { country: 'FR', continent: 'EU', eu: true },
    '100.64.0.0/10': { country: 'NO', continent: 'EU', eu: false },
  },
);
const TABLE = geo({
  'US-VA': 'va',
  US: 'us',
  'continent:NA': 'na',
  EU: 'eu',
  'european-union': 'union',
  default: 'all',
});

function world(...down: string[]): World {
  return new World(POOLS, undefined, PLACES).down(...down.map((name) => ADDRESS[name] ?? name));
}

/** Client, what is down → the pool that answers A. */
const CASES: Readonly<Record<string, readonly [from: string, down: readonly string[], answer: string]>> = {
  'A subdivision goes before its country': [ASHBURN, [], 'va'],
  'The country takes over from its subdivision': [ASHBURN, ['va'], 'us'],
  'and the continent from the country': [ASHBURN, ['va', 'us', '2001:db8::2'], 'na'],
  'and the default from the continent': [ASHBURN, ['va', 'us', 'na', '2001:db8::2'], 'all'],
  'The narrowest answers as if it were up where none of them is': [
    ASHBURN,
    ['va', 'us', 'na', 'all', '2001:db8::2'],
    'va',
  ],
  'The European Union goes before the continent': [FRANKFURT, [], 'union'],
  'and is not the continent': [OSLO, [], 'eu'],
  'The continent takes over from the union': [FRANCE, ['union'], 'eu'],
  'Who is nowhere in the table gets the default': [SYDNEY, [], 'all'],
  'and so does who is not known': [NOWHERE, [], 'all'],
  'Who is led to the default is led to no place that does not enclose it': [SYDNEY, ['all'], 'all'],
};

for (const [what, [from, down, answer]] of Object.entries(CASES)) {
  test(what, () => assert.equal(world(...down).answer(TABLE, { from }), ADDRESS[answer]));
}

test('A family of addresses fails over alone, to the next place that has it', () => {
  assert.equal(world().answer(TABLE, { from: ASHBURN, type: 'AAAA' }), '2001:db8::2');
  assert.equal(world().answer(TABLE, { from: FRANKFURT, type: 'AAAA' }), '2001:db8::1');
  assert.equal(world().answer(TABLE, { from: SYDNEY, type: 'AAAA' }), 'nodata');
});

test('The scope is that of what was asked of the client, and no more', () => {
  const byCountry = geo({ US: 'us', default: 'all' });
  assert.equal(world().scope(byCountry, ASHBURN), 25);
  assert.equal(world().scope(geo({ default: 'all' }), ASHBURN), 0);
});

test('Only clients of a country with subdivisions in the table are asked for theirs', () => {
  const asked: string[] = [];
  const source = {
    ...PLACES,
    read: (...args: Parameters<typeof PLACES.read>) => {
      asked.push(args[1]);
      return PLACES.read(...args);
    },
  };
  const seen = new World(POOLS, undefined, source);
  seen.answer(TABLE, { from: FRANKFURT });
  assert.deepEqual(asked, ['country', 'country', 'eu']);
});

test('Explain tells the places that an answer is for', () => {
  const steps: Parameters<World['answer']>[1] = { from: ASHBURN, steps: [] };
  world('va').answer(TABLE, steps);
  assert.deepEqual(
    steps.steps?.slice(0, 3).map(({ subject, verdict, why }) => [subject, verdict, why]),
    [
      ['va', 'dropped', 'health: down'],
      ['us', 'chosen', 'health: up, for US'],
      ['na', 'kept', 'health: up, for continent:NA'],
    ],
  );
});

test('In a table of all countries and continents everybody gets the narrowest place of theirs', () => {
  const country = fc.constantFrom(...countries());
  const keys = fc.uniqueArray(
    fc.oneof(
      country.map((code) => `country:${code}`),
      fc.constantFrom('continent:EU', 'continent:NA', 'continent:AS', 'continent:AF', 'european-union'),
    ),
  );
  fc.assert(
    fc.property(keys, country, (given, code) => {
      const table = Object.fromEntries(
        [...given, 'default'].map((key, at) => [key, `10.0.${at >> 8}.${at & 255}`]),
      );
      const data = geo(
        Object.fromEntries(
          Object.entries(table).map(([key, A]) => [key, { kind: 'records', records: { A: [A] } }]),
        ),
      );
      const eu = isInEuropeanUnion(code);
      const continent = continentOf(code) ?? assert.fail(code);
      const place = withOverrides(PLACES, { '9.9.9.0/24': { country: code, continent, eu } });
      const wanted =
        table[`country:${code}`] ??
        (eu ? table['european-union'] : undefined) ??
        table[`continent:${continent}`] ??
        table.default;
      assert.equal(new World(POOLS, undefined, place).answer(data, { from: '9.9.9.9' }), wanted);
    }),
  );
});

test('A fence around a table keeps to the places that enclose the client, and to what is up', () => {
  const fenced = fence(geo({ EU: 'eu', default: 'all' }));
  assert.equal(world().answer(fenced, { from: FRANCE }), ADDRESS.eu);
  assert.equal(world('eu', '2001:db8::1').answer(fenced, { from: FRANCE }), ADDRESS.all);
  assert.equal(world('all').answer(fenced, { from: SYDNEY }), 'nodata');
  assert.equal(world('eu', 'all', '2001:db8::1').answer(fenced, { from: FRANCE }), 'nodata');
});

/** Plan, what is down, the client → the answer. */
const FENCES: Readonly<Record<string, readonly [PlanData, readonly string[], string, string]>> = {
  'A fence answers what is inside': [fence('eu'), [], FRANCE, '198.51.100.1'],
  'and nothing as if it were up': [fence('all'), ['all'], FRANCE, 'nodata'],
  'Nobody is led out of a fence': [geo({ FR: fence('all'), default: 'us' }), ['all'], FRANCE, 'nodata'],
  'and who is not led in is not held': [
    geo({ FR: fence('all'), default: 'us' }),
    ['all'],
    SYDNEY,
    '192.0.2.2',
  ],
  'A fence elsewhere keeps nobody from an answer as if it were up': [
    geo({ FR: fence('all'), default: 'va' }),
    ['va', 'all'],
    SYDNEY,
    '192.0.2.1',
  ],
  'Inside, one that is up takes over': [fence(firstHealthy('all', 'va')), ['all'], FRANCE, '192.0.2.1'],
  'Inside, a draw is among those that are up': [
    fence(weighted({ all: 9, va: 0 })),
    ['all'],
    FRANCE,
    '192.0.2.1',
  ],
  'A choice does not pass over a fence': [firstHealthy(fence('all'), pool('us')), ['all'], FRANCE, 'nodata'],
};

for (const [what, [plan, down, from, answer]] of Object.entries(FENCES)) {
  test(what, () => assert.equal(world(...down).answer(plan, { from }), answer));
}
