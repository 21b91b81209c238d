/** What plans come to: whom health leaves, whom a plan picks among them, which addresses are served. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import {
  firstHealthy,
  nearest,
  pool,
  records,
  rotate,
  seededRandom,
  sticky,
  take,
  tally,
  World,
  weighted,
} from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] }, check: TCP, at: [39, -77.5] },
  eu: { records: { A: ['198.51.100.1'], AAAA: ['2001:db8::2'] }, check: TCP, at: [50.1, 8.7] },
  au: { records: { A: ['203.0.113.1'] }, check: TCP, at: [-33.9, 151.2], ttl: 5 },
  shy: { records: { A: ['203.0.113.9'] }, check: TCP, at: [0, 0], whenDown: 'empty' },
  sorry: { records: { A: ['192.0.2.90'] }, check: TCP },
  brittle: { records: { A: ['203.0.113.20'] }, check: TCP, whenDown: 'servfail' },
  excused: { records: { A: ['203.0.113.30'] }, check: TCP, whenDown: { kind: 'pool', pool: 'sorry' } },
  page: {
    records: { A: ['203.0.113.40'], AAAA: ['2001:db8::40'] },
    check: TCP,
    ttl: 5,
    whenDown: { kind: 'cname', target: 'sorry.example.net' },
  },
  texts: {
    records: { A: ['203.0.113.50'] },
    check: TCP,
    whenDown: { kind: 'records', records: { A: ['192.0.2.99'], TXT: ['down'] }, ttl: 3 },
  },
  self: {
    records: { A: ['203.0.113.60', '203.0.113.61'] },
    check: TCP,
    whenDown: { kind: 'take', of: { kind: 'pool', pool: 'self' }, count: 1 },
  },
  chained: { records: { A: ['203.0.113.70'] }, check: TCP, whenDown: { kind: 'pool', pool: 'excused' } },
  free: { records: { A: ['192.0.2.77'] } },
  cdn: { records: { CNAME: ['cdn.example.net'] } },
  one: {
    records: { A: ['192.0.2.50', '192.0.2.51'] },
    check: { type: 'http', url: 'http://status.example/' },
  },
  most: {
    records: { A: ['192.0.2.81', '192.0.2.82', '192.0.2.83'] },
    check: TCP,
    upWhen: { percent: 60 },
  },
  heavy: {
    records: { A: ['192.0.2.91', '192.0.2.92', '192.0.2.93'] },
    check: TCP,
    upWhen: { percent: 60, weights: { '192.0.2.91': 3 } },
    whenDown: 'empty',
  },
  mail: { records: { A: ['192.0.2.60'], MX: ['10 mail.example.net'] }, check: TCP },
};
const US = '192.0.2.1 192.0.2.2';
const EU = '198.51.100.1';
const AU = '203.0.113.1';
const US_DOWN = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
const EU_DOWN = [EU, '2001:db8::2'];
const SHY = '203.0.113.9';
const FRANKFURT = '198.51.100.77';
const ASHBURN = '192.0.2.10';
const SYDNEY = '2001:db8:a::1';
const NOWHERE = '127.0.0.1';

const together = (plan: PlanData): PlanData => ({ ...plan, family: 'together' }) as PlanData;

/** Plan, what is down, the type asked for → what is answered. */
const CASES: Readonly<
  Record<string, readonly [PlanData, down: readonly string[], type: string, answer: string]>
> = {
  'A pool serves all its addresses of the type asked for': [pool('us'), [], 'A', US],
  'An address that is down is not served': [pool('us'), ['192.0.2.1'], 'A', '192.0.2.2'],
  'Other types of a pool go by the health of nothing': [pool('mail'), [], 'MX', '10 mail.example.net.'],
  'A type whose addresses are all down is NODATA while the pool is not': [
    pool('us'),
    ['2001:db8::1'],
    'AAAA',
    'nodata',
  ],
  'A type the pool does not have is NODATA': [pool('au'), [], 'AAAA', 'nodata'],
  'A pool that is wholly down answers as if it were up': [pool('us'), US_DOWN, 'A', US],
  'unless it would rather be empty': [pool('shy'), [SHY], 'A', 'nodata'],
  'or to fail': [pool('brittle'), ['203.0.113.20'], 'A', 'servfail'],
  'What it does not have is denied, and no failure': [pool('brittle'), ['203.0.113.20'], 'AAAA', 'nodata'],
  'or another pool stands in for it': [pool('excused'), ['203.0.113.30'], 'A', '192.0.2.90'],
  'which answers as if it were up': [pool('excused'), ['203.0.113.30', '192.0.2.90'], 'A', '192.0.2.90'],
  'An alias can stand in, for all types': [
    pool('page'),
    ['203.0.113.40', '2001:db8::40'],
    'MX',
    'CNAME sorry.example.net.',
  ],
  'but not while a family is up': [pool('page'), ['203.0.113.40'], 'A', 'nodata'],
  'Records can stand in': [pool('texts'), ['203.0.113.50'], 'A', '192.0.2.99'],
  'with types that the pool does not have': [pool('texts'), ['203.0.113.50'], 'TXT', '"down"'],
  'which it does not answer while it is up': [pool('texts'), [], 'TXT', 'nodata'],
  'A pool can stand in for itself': [pool('self'), ['203.0.113.60', '203.0.113.61'], 'A', '203.0.113.60'],
  'One that stands in has nobody to stand in for it': [
    pool('chained'),
    ['203.0.113.70', '203.0.113.30', '192.0.2.90'],
    'A',
    '203.0.113.30',
  ],
  'A choice leads elsewhere before anything stands in': [
    firstHealthy('excused', 'eu'),
    ['203.0.113.30'],
    'A',
    EU,
  ],
  'and what stands in is answered once all are down': [
    firstHealthy('excused', 'eu'),
    ['203.0.113.30', ...EU_DOWN],
    'A',
    '192.0.2.90',
  ],
  'Of a choice that is down, only what stands in has the type': [
    firstHealthy('eu', 'texts'),
    ['203.0.113.50', ...EU_DOWN],
    'TXT',
    '"down"',
  ],
  'All down: those that would rather fail are passed over': [
    firstHealthy('brittle', 'eu'),
    ['203.0.113.20', ...EU_DOWN],
    'A',
    EU,
  ],
  'All down: to fail goes before to be empty': [
    firstHealthy('shy', 'brittle'),
    [SHY, '203.0.113.20'],
    'A',
    'servfail',
  ],
  'A check by URL speaks for all addresses: up': [
    firstHealthy('one', 'eu'),
    [],
    'A',
    '192.0.2.50 192.0.2.51',
  ],
  'A check by URL speaks for all addresses: down': [firstHealthy('one', 'eu'), ['status.example'], 'A', EU],
  'A pool without a check is never down': [firstHealthy('free', 'us'), US_DOWN, 'A', '192.0.2.77'],
  'A pool that is a CNAME answers every type': [pool('cdn'), [], 'AAAA', 'CNAME cdn.example.net.'],

  'A pool with a threshold is up at it': [
    firstHealthy('most', 'eu'),
    ['192.0.2.82'],
    'A',
    '192.0.2.81 192.0.2.83',
  ],
  'A pool is down below its threshold': [firstHealthy('most', 'eu'), ['192.0.2.81', '192.0.2.82'], 'A', EU],
  'Below its threshold, with nowhere else to go, all of a pool is served': [
    pool('most'),
    ['192.0.2.81', '192.0.2.82'],
    'A',
    '192.0.2.81 192.0.2.82 192.0.2.83',
  ],
  'What weighs most counts most: it alone is enough': [
    firstHealthy('heavy', 'eu'),
    ['192.0.2.92', '192.0.2.93'],
    'A',
    '192.0.2.91',
  ],
  'without it all others are not': [firstHealthy('heavy', 'eu'), ['192.0.2.91'], 'A', EU],
  'A pool below its threshold that would rather be empty is': [pool('heavy'), ['192.0.2.91'], 'A', 'nodata'],

  'firstHealthy takes the first': [firstHealthy('us', 'eu'), [], 'A', US],
  'firstHealthy passes over what is down': [firstHealthy('us', 'eu'), US_DOWN, 'A', EU],
  'firstHealthy keeps to one that is degraded': [firstHealthy('us', 'eu'), ['192.0.2.1'], 'A', '192.0.2.2'],
  'All down: the first as if it were up': [firstHealthy('us', 'eu'), [...US_DOWN, ...EU_DOWN], 'A', US],
  'All down: those that would rather be empty are passed over': [
    firstHealthy('shy', 'eu'),
    [SHY, ...EU_DOWN],
    'A',
    EU,
  ],
  'All down and all would rather be empty: NODATA': [firstHealthy('shy', pool('shy')), [SHY], 'A', 'nodata'],
  'Who has no records of the type is passed over': [firstHealthy('au', 'eu'), [], 'AAAA', '2001:db8::2'],
  'and is chosen for the type that it has': [firstHealthy('au', 'eu'), [], 'A', AU],
  'A family that is down fails over alone: A': [
    firstHealthy('us', 'eu'),
    ['192.0.2.1', '192.0.2.2'],
    'A',
    EU,
  ],
  'A family that is down fails over alone: AAAA': [
    firstHealthy('us', 'eu'),
    ['192.0.2.1', '192.0.2.2'],
    'AAAA',
    '2001:db8::1',
  ],
  'Together, A and AAAA lead to one place': [together(firstHealthy('au', 'eu')), [], 'AAAA', 'nodata'],
  'Together, a family that is down stays': [
    together(firstHealthy('us', 'eu')),
    ['192.0.2.1', '192.0.2.2'],
    'A',
    'nodata',
  ],
  'AAAA is NODATA while it is down everywhere and A is not': [
    firstHealthy('us', 'eu'),
    ['2001:db8::1', '2001:db8::2'],
    'AAAA',
    'nodata',
  ],
  'All down: who has no records of the type is passed over': [
    firstHealthy('au', 'eu'),
    [AU, ...EU_DOWN],
    'AAAA',
    '2001:db8::2',
  ],
  'Where nobody has records of the type, it is NODATA': [firstHealthy('us', 'eu'), [], 'MX', 'nodata'],
  'Records without a check are as well as their pool': [
    firstHealthy('mail', { kind: 'records', records: { MX: ['20 spare.example.net'] } }),
    ['192.0.2.60'],
    'MX',
    '20 spare.example.net.',
  ],
  'weighted is among those that have the type': [weighted({ au: 99, eu: 1 }), [], 'AAAA', '2001:db8::2'],
  'sticky is among those that have the type': [sticky({ au: 99, eu: 1 }), [], 'AAAA', '2001:db8::2'],
  'nearest is among those that have the type': [nearest('au', 'eu'), [], 'AAAA', '2001:db8::2'],
  'A group without the type is passed over': [
    firstHealthy(weighted({ au: 1, shy: 1 }), 'eu'),
    [],
    'AAAA',
    '2001:db8::2',
  ],
  'A denial is an answer to every type': [firstHealthy('au', { kind: 'nodata' }), [], 'AAAA', 'nodata'],
  'An alias takes over for all types or for none': [firstHealthy('au', 'cdn'), [], 'AAAA', 'nodata'],
  'Beside an alias, others are asked before NODATA': [
    firstHealthy('au', 'eu', 'cdn'),
    [],
    'AAAA',
    '2001:db8::2',
  ],
  'An alias takes over when the rest is down': [
    firstHealthy('au', 'eu', 'cdn'),
    [AU, ...EU_DOWN],
    'AAAA',
    'CNAME cdn.example.net.',
  ],
  'What is no pool is never down': [firstHealthy('us', records('192.0.2.8')), US_DOWN, 'A', '192.0.2.8'],
  'A CNAME can be what is left': [
    firstHealthy('us', { kind: 'cname', target: 'eu.example.net' }),
    US_DOWN,
    'A',
    'CNAME eu.example.net.',
  ],

  'weighted leaves out what is down': [weighted({ us: 99, eu: 1 }), US_DOWN, 'A', EU],
  'A weight of 0 is never picked while another is up': [weighted({ us: 0, eu: 1 }), [], 'A', EU],
  'A weight of 0 is picked when all others are down': [weighted({ us: 0, eu: 1 }), EU_DOWN, 'A', US],
  'All down: a weight of 0 counts as it did': [weighted({ us: 0, eu: 1 }), [...US_DOWN, ...EU_DOWN], 'A', EU],
  'All weights 0: one is served all the same': [weighted({ us: 0 }), [], 'A', US],
  'sticky leaves out what is down': [sticky({ us: 99, eu: 1 }), US_DOWN, 'A', EU],
  'sticky with a weight of 0': [sticky({ us: 0, eu: 1 }), [], 'A', EU],
  'sticky when only a weight of 0 is up': [sticky({ us: 0, eu: 1 }), EU_DOWN, 'A', US],
  'sticky fails open past those that would rather be empty': [
    sticky({ shy: 99, eu: 1 }),
    [SHY, ...EU_DOWN],
    'A',
    EU,
  ],

  'A group inside a group is down when all of it is': [
    firstHealthy(firstHealthy('us', 'au'), 'eu'),
    [...US_DOWN, AU],
    'A',
    EU,
  ],
  'A group inside a group is up when any of it is': [
    firstHealthy(weighted({ us: 1, au: 1 }), 'eu'),
    US_DOWN,
    'A',
    AU,
  ],
  'All down: the first group, and in it the first': [
    firstHealthy(firstHealthy('shy', 'au'), 'eu'),
    [SHY, AU, ...EU_DOWN],
    'A',
    AU,
  ],
  'All down: a group of those that would rather be empty is passed over': [
    firstHealthy(weighted({ shy: 1 }), rotate('shy'), 'eu'),
    [SHY, ...EU_DOWN],
    'A',
    EU,
  ],
  'A rotation is as healthy as what it rotates': [firstHealthy(rotate('us'), 'eu'), US_DOWN, 'A', EU],
  'Refusals pass through': [firstHealthy({ kind: 'refuse' }), [], 'A', 'refuse'],
  'take serves the first so many': [take('us', 1), [], 'A', '192.0.2.1'],
  'take passes over what is down': [take('us', 1), ['192.0.2.1'], 'A', '192.0.2.2'],
  'take serves all where there are fewer': [take('us', 9), [], 'A', US],
  'All down: take serves the first as if it were up': [take('us', 1), US_DOWN, 'A', '192.0.2.1'],
  'take is as healthy as what it takes from': [firstHealthy(take('us', 1), 'eu'), US_DOWN, 'A', EU],
  'take passes on a CNAME': [take('cdn', 1), [], 'A', 'CNAME cdn.example.net.'],
  'take passes on denials': [take({ kind: 'nxdomain' }, 1), [], 'A', 'nxdomain'],
  'Denials pass through': [rotate({ kind: 'nxdomain' }, 1), [], 'A', 'nxdomain'],
};

for (const [claim, [plan, down, type, answer]] of Object.entries(CASES)) {
  test(claim, () => assert.equal(new World(POOLS, () => 0).down(...down).answer(plan, { type }), answer));
}

/** Client, what is down → whom `nearest` serves. */
const NEAREST: Readonly<Record<string, readonly [from: string, down: readonly string[], answer: string]>> = {
  'Frankfurt is sent to Europe': [FRANKFURT, [], EU],
  'Ashburn is sent to the US': [ASHBURN, [], US],
  'Sydney is sent to Australia': [SYDNEY, [], AU],
  'Frankfurt is sent over the Atlantic while Europe is down': [FRANKFURT, EU_DOWN, US],
  'Sydney stays when only Australia and its answer are down': [SYDNEY, [AU, ...EU_DOWN, ...US_DOWN], AU],
  'Whose place is not known is sent to the first': [NOWHERE, [], US],
  'Whose place is not known is sent to the first that is up': [NOWHERE, US_DOWN, EU],
};

for (const [claim, [from, down, answer]] of Object.entries(NEAREST)) {
  test(claim, () => {
    const world = new World(POOLS).down(...down);
    assert.equal(world.answer(nearest('us', 'eu', 'au'), { from }), answer);
  });
}

test('Weights are shares of the queries', () => {
  const world = new World(POOLS, seededRandom(1));
  const plan = weighted({ us: 95, eu: 5, au: 0 });
  const {
    [US]: us = 0,
    [EU]: eu = 0,
    ...others
  } = tally(Array.from({ length: 10_000 }, () => world.answer(plan)));
  assert.deepEqual(others, {});
  assert.ok(Math.abs(eu - 500) < 100, `${us} and ${eu}`);
});

test('A draw at the border of two shares is the beginning of the second', () => {
  const drawn = (draw: number): string => new World(POOLS, () => draw).answer(weighted({ us: 3, eu: 1 }));
  assert.deepEqual([0, 0.7499, 0.75, 0.9999].map(drawn), [US, US, EU, EU]);
});

test('The weight of what is down goes to the others as they stand to one another', () => {
  const world = new World(POOLS, seededRandom(2)).down(...US_DOWN);
  const plan = weighted({ us: 90, eu: 6, au: 3 });
  const { [EU]: eu = 0, [AU]: au = 0 } = tally(Array.from({ length: 9000 }, () => world.answer(plan)));
  assert.equal(eu + au, 9000);
  assert.ok(Math.abs(eu - 6000) < 250, `${eu}`);
});

test('With all weights 0 the choices are equal', () => {
  const world = new World(POOLS, seededRandom(3));
  const { [US]: us = 0, [EU]: eu = 0 } = tally(
    Array.from({ length: 4000 }, () => world.answer(weighted({ us: 0, eu: 0 }))),
  );
  assert.equal(us + eu, 4000);
  assert.ok(Math.abs(us - 2000) < 200, `${us}`);
});

/** One client in each of many subnets, of both families. */
const SUBNETS = [
  ...Array.from({ length: 3000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`),
  ...Array.from({ length: 1000 }, (_, index) => `2001:db8:${index.toString(16)}:100::1`),
];

test('sticky gives all clients of a subnet, at any time, the same answer', () => {
  const world = new World(POOLS);
  const plan = sticky({ us: 1, eu: 1, au: 1 });
  for (const [one, other] of [
    ['10.1.2.3', '10.1.2.250'],
    ['10.77.0.1', '10.77.0.2'],
    ['2001:db8:1:2ff::1', '2001:db8:1:200:ffff::1'],
  ] as const) {
    assert.equal(world.answer(plan, { from: one }), world.answer(plan, { from: other }));
  }
});

test('sticky leads A and AAAA to one place, wherever that has both and both are up', () => {
  const world = new World(POOLS);
  const plan = sticky({ us: 1, eu: 1, au: 1 });
  const both: Readonly<Record<string, string>> = { [US]: '2001:db8::1', [EU]: '2001:db8::2' };
  const six = (from: string): string => world.answer(plan, { from, type: 'AAAA' });
  const before = SUBNETS.map(six);
  for (const [index, from] of SUBNETS.entries()) {
    const place = both[world.answer(plan, { from })];
    if (place !== undefined) assert.equal(before[index], place);
  }
  assert.deepEqual([...new Set(before)].sort(), Object.values(both), 'those of au go to both');
  world.down(EU);
  assert.deepEqual(SUBNETS.map(six), before, 'A that is down moves no AAAA');
});

test('sticky spreads subnets by weight', () => {
  const world = new World(POOLS);
  const plan = sticky({ us: 6, eu: 3, au: 1 });
  const {
    [US]: us = 0,
    [EU]: eu = 0,
    [AU]: au = 0,
  } = tally(SUBNETS.map((from) => world.answer(plan, { from })));
  assert.equal(us + eu + au, 4000);
  assert.ok(
    Math.abs(us - 2400) < 150 && Math.abs(eu - 1200) < 150 && Math.abs(au - 400) < 100,
    `${us} ${eu} ${au}`,
  );
});

test('When a pool goes down only its own clients move, and all of them come back', () => {
  const world = new World(POOLS);
  const plan = sticky({ us: 6, eu: 3, au: 1 });
  const before = SUBNETS.map((from) => world.answer(plan, { from }));
  world.down(...EU_DOWN);
  const during = SUBNETS.map((from) => world.answer(plan, { from }));
  for (const [index, answer] of before.entries()) {
    if (answer === EU) assert.notEqual(during[index], EU);
    else assert.equal(during[index], answer);
  }
  world.up(...EU_DOWN);
  assert.deepEqual(
    SUBNETS.map((from) => world.answer(plan, { from })),
    before,
  );
});

test('A pool that is added, or one that gets more weight, takes clients over and moves no others', () => {
  const world = new World(POOLS);
  const two = sticky({ us: 1, eu: 1 });
  for (const more of [sticky({ us: 1, eu: 1, au: 1 }), sticky({ us: 1, eu: 1, au: 5 })]) {
    for (const from of SUBNETS.slice(0, 500)) {
      const answer = world.answer(more, { from });
      if (answer !== AU) assert.equal(answer, world.answer(two, { from }));
    }
  }
});

const FOUR: PlanData = {
  kind: 'records',
  records: { A: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] },
};
const TURNS = ['1 2 3 4', '2 3 4 1', '3 4 1 2', '4 1 2 3'];

test('rotate begins with each record as often as with any other, and leaves none out', () => {
  const world = new World(POOLS, seededRandom(4));
  const counts = tally(
    Array.from({ length: 4000 }, () => world.answer(rotate(FOUR)).replaceAll('192.0.2.', '')),
  );
  assert.deepEqual(Object.keys(counts).sort(), TURNS);
  for (const count of Object.values(counts)) assert.ok(Math.abs(count - 1000) < 150, `${count}`);
});

test('rotate with a count serves so many records, in turn, and all where there are fewer', () => {
  const world = new World(POOLS, seededRandom(5));
  const pairs = new Set(
    Array.from({ length: 100 }, () => world.answer(rotate(FOUR, 2)).replaceAll('192.0.2.', '')),
  );
  assert.deepEqual([...pairs].sort(), ['1 2', '2 3', '3 4', '4 1']);
  assert.equal(world.answer(rotate(FOUR, 9)).split(' ').length, 4);
  assert.equal(world.answer(rotate('us', 1), { type: 'AAAA' }), '2001:db8::1');
});

test('rotate counts only what is up', () => {
  const world = new World(POOLS).down('192.0.2.1');
  assert.equal(world.answer(rotate('us', 1)), '192.0.2.2');
});

test('A TTL is that of the leaf, else of the plan around it, else of the policy', () => {
  const world = new World(POOLS);
  assert.equal(world.ttl(pool('au')), 5);
  assert.equal(world.ttl(pool('us')), 30);
  assert.equal(world.ttl(records('192.0.2.8', 0)), 0);
  assert.equal(world.ttl({ kind: 'cname', target: 'a.example.net', ttl: 7 }), 7);
  assert.equal(world.ttl({ kind: 'rotate', of: pool('us'), ttl: 9 }), 9);
  assert.equal(world.ttl({ kind: 'rotate', of: pool('au'), ttl: 9 }), 5);
  assert.equal(world.ttl(pool('cdn'), 'AAAA'), 30);
});

test('An answer depends on no more of the client than its plan looks at', () => {
  const world = new World(POOLS);
  assert.equal(world.scope(firstHealthy('us', 'eu'), FRANKFURT), 0);
  assert.equal(world.scope(weighted({ us: 1, eu: 1 }), FRANKFURT), 0);
  assert.equal(world.scope(nearest('us', 'eu'), FRANKFURT), 24);
  assert.equal(world.scope(nearest('us', 'eu'), ASHBURN), 25);
  assert.equal(world.scope(nearest('us', 'eu'), SYDNEY), 48);
  assert.equal(world.scope(sticky({ us: 1, eu: 1 }), FRANKFURT), 24);
  assert.equal(world.scope(sticky({ us: 1, eu: 1 }), SYDNEY), 56);
  assert.equal(world.scope(firstHealthy(nearest('us', 'eu'), sticky({ us: 1 })), ASHBURN), 25);
  assert.equal(world.scope(firstHealthy('us', nearest('us', 'eu')), ASHBURN), 0);
});
