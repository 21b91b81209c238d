/** What operators have said of pools, and what plans come to then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OverriddenPool } from '../../../runtime/answer/steering/overridden-pool.ts';
import { poolHealth, poolMeasure } from '../../../runtime/answer/steering/pool-health.ts';
import { atOnce } from '../../../runtime/base/loop/steps.ts';
import type { Forced, PoolOverride } from '../../../runtime/health/overrides/zone-overrides.ts';
import type { SteeringStep } from '../../../runtime/rpc/explanation.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import {
  fastest,
  firstHealthy,
  nearest,
  pool,
  seededRandom,
  sticky,
  tally,
  World,
  weighted,
} from '../world.ts';

const TCP = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  us: { records: { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] }, check: TCP, at: [39, -77.5] },
  eu: { records: { A: ['198.51.100.1'], AAAA: ['2001:db8::2'] }, check: TCP, at: [50.1, 8.7] },
  /** Probed as eu is. */
  twin: { records: { A: ['198.51.100.1'] }, check: TCP },
  free: { records: { A: ['192.0.2.77', '192.0.2.78'], MX: ['10 mail.example.net'] } },
  cdn: { records: { CNAME: ['cdn.example.net'] } },
};
const US = '192.0.2.1 192.0.2.2';
const EU = '198.51.100.1';
const FREE = '192.0.2.77 192.0.2.78';
const US_DOWN = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
const EU_DOWN = [EU, '2001:db8::2'];

function override(world: World, told: PoolOverride): OverriddenPool {
  const found = world.pools.get(told.pool) ?? assert.fail(told.pool);
  return atOnce(OverriddenPool.inSteps(found, told, world.health));
}

function end(overridden: OverriddenPool): void {
  overridden.restore();
  atOnce(overridden.disposeInSteps());
}

const whole = (name: string, forced: Forced): PoolOverride => ({ pool: name, whole: forced });
const some = (name: string, addresses: Readonly<Record<string, Forced>>): PoolOverride => ({
  pool: name,
  some: Object.entries(addresses),
});

/** Plan, what is said, what is down, the type asked for → what is answered. */
const CASES: Readonly<
  Record<
    string,
    readonly [PlanData, told: readonly PoolOverride[], down: readonly string[], type: string, answer: string]
  >
> = {
  'Who is drained is passed over': [firstHealthy('us', 'eu'), [whole('us', 0)], [], 'A', EU],
  'for each type': [firstHealthy('us', 'eu'), [whole('us', 0)], [], 'AAAA', '2001:db8::2'],
  'Drained is out even in the last resort, where failed is in': [
    firstHealthy('us', 'eu'),
    [whole('us', 0)],
    EU_DOWN,
    'A',
    EU,
  ],
  'of weighted': [weighted({ us: 99, eu: 1 }), [whole('us', 0)], EU_DOWN, 'A', EU],
  'of sticky': [sticky({ us: 99, eu: 1 }), [whole('us', 0)], EU_DOWN, 'A', EU],
  'of nearest': [nearest('us', 'eu'), [whole('us', 0)], EU_DOWN, 'A', EU],
  'of plans in plans': [
    firstHealthy(weighted({ us: 1, free: 1 }), 'eu'),
    [whole('us', 0), whole('free', 0)],
    EU_DOWN,
    'A',
    EU,
  ],
  'of a choice for all types': [
    { ...firstHealthy('us', 'eu'), family: 'together' } as PlanData,
    [whole('us', 0)],
    EU_DOWN,
    'A',
    EU,
  ],
  'Where all are drained, nobody is left': [
    firstHealthy('us', 'eu'),
    [whole('us', 0), whole('eu', 0)],
    [],
    'A',
    'nodata',
  ],
  'Forced down is as failed: in the last resort it is in': [
    firstHealthy('us', 'eu'),
    [whole('us', 'down')],
    EU_DOWN,
    'A',
    US,
  ],
  'Forced down is passed over': [firstHealthy('us', 'eu'), [whole('us', 'down')], [], 'A', EU],
  'Forced up is up whatever probes say': [firstHealthy('us', 'eu'), [whole('us', 'up')], US_DOWN, 'A', US],
  'A pool that is drained serves nothing by itself': [pool('us'), [whole('us', 0)], [], 'A', 'nodata'],
  'nor an alias': [pool('cdn'), [whole('cdn', 0)], [], 'A', 'nodata'],
  'An alias that is drained is passed over': [firstHealthy('cdn', 'eu'), [whole('cdn', 0)], [], 'A', EU],
  'A pool that nothing checks can be drained': [firstHealthy('free', 'eu'), [whole('free', 0)], [], 'A', EU],
  'and forced down': [firstHealthy('free', 'eu'), [whole('free', 'down')], EU_DOWN, 'A', FREE],
  'An address of it can be drained alone': [
    firstHealthy('free', 'eu'),
    [some('free', { '192.0.2.77': 0 })],
    [],
    'A',
    '192.0.2.78',
  ],
  'and then all of them': [
    firstHealthy('free', 'eu'),
    [some('free', { '192.0.2.77': 0, '192.0.2.78': 0 })],
    [],
    'A',
    EU,
  ],
  'Where all its addresses are drained, other records go with them': [
    firstHealthy('free', 'cdn'),
    [some('free', { '192.0.2.77': 0, '192.0.2.78': 0 })],
    [],
    'MX',
    'CNAME cdn.example.net.',
  ],
  'An address that is drained is out even where the rest has failed': [
    pool('us'),
    [some('us', { '192.0.2.1': 0 })],
    US_DOWN,
    'A',
    '192.0.2.2',
  ],
  'An address that is forced up stands alone': [
    pool('us'),
    [some('us', { '192.0.2.1': 'up' })],
    US_DOWN,
    'A',
    '192.0.2.1',
  ],
  'An address goes before its pool': [
    pool('us'),
    [{ pool: 'us', whole: 0, some: [['192.0.2.1', 'up']] }],
    [],
    'A',
    '192.0.2.1',
  ],
  'Another pool that is probed alike stays': [pool('twin'), [whole('eu', 0)], [], 'A', EU],
};

for (const [name, [plan, told, down, type, answer]] of Object.entries(CASES)) {
  test(name, () => {
    const world = new World(POOLS).down(...down);
    for (const one of told) override(world, one);
    assert.equal(world.answer(plan, { type }), answer);
  });
  test(`${name}: also if health comes later`, () => {
    const world = new World(POOLS);
    for (const one of told) override(world, one);
    world.down(...down);
    assert.equal(world.answer(plan, { type }), answer);
  });
}

test('What is overridden follows the probes again once that is over, and they were heard meanwhile', () => {
  const world = new World(POOLS);
  const told = override(world, whole('us', 'up'));
  world.down(...US_DOWN);
  assert.equal(world.answer(firstHealthy('us', 'eu')), US);
  end(told);
  assert.equal(world.answer(firstHealthy('us', 'eu')), EU);
  world.up(...US_DOWN);
  assert.equal(world.answer(firstHealthy('us', 'eu')), US);
  assert.equal(world.health.areAllUp, true);
});

test('A target that is held back for flapping is so in a pool that is overridden in part', () => {
  const world = new World(POOLS);
  override(world, some('us', { '192.0.2.2': 0 }));
  world.held('192.0.2.1');
  const plan = firstHealthy('us', 'eu');
  const up = world.answer(plan);
  world.down(...EU_DOWN);
  assert.deepEqual([up, world.answer(plan)], [EU, '192.0.2.1'], 'it is taken where nobody else is left');
});

test('Another override takes the place of one at one go', () => {
  const world = new World(POOLS);
  const first = override(world, whole('us', 0));
  const second = override(world, whole('us', 'down'));
  assert.deepEqual([first.isInForce, second.isInForce], [false, true]);
  atOnce(first.disposeInSteps());
  assert.equal(world.answer(firstHealthy('us', 'eu')), EU);
  end(second);
  assert.equal(world.answer(firstHealthy('us', 'eu')), US);
});

test('A policy reads what steering goes by', () => {
  const world = new World(POOLS);
  const us = world.pools.get('us') ?? assert.fail();
  const told = override(world, whole('us', 0));
  assert.equal(poolHealth(us, world.health), 'down');
  end(told);
  override(world, some('us', { '192.0.2.1': 0 }));
  assert.equal(poolHealth(us, world.health), 'degraded');
});

const DRAWS = 4000;

/** Which share of answers each gets, in percent. */
function shares(world: World, plan: PlanData, from = (_draw: number) => '127.0.0.1') {
  const counts = tally(Array.from({ length: DRAWS }, (_, draw) => world.answer(plan, { from: from(draw) })));
  return Object.fromEntries(
    Object.entries(counts).map(([answer, count]) => [answer, Math.round((100 * count) / DRAWS)]),
  );
}

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? 0) - expected) <= 4, `${actual} % is near ${expected} %`);

test('Who is being drained gets the share that is left, of whatever the plan would give', () => {
  const world = new World(POOLS, seededRandom(1));
  override(world, whole('us', 0.25));
  near(shares(world, firstHealthy('us', 'eu'))[US], 25);
  near(shares(world, nearest('us', 'eu'))[US], 25);
  // 75 × ¼ beside 25.
  near(shares(world, weighted({ us: 75, eu: 25 }))[US], 43);
  near(shares(world, firstHealthy(firstHealthy('us'), 'eu'))[US], 25);
});

test('A drain moves each client of sticky once, and only from who is drained', () => {
  const clients = Array.from({ length: 500 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
  const world = new World(POOLS);
  const plan = sticky({ us: 1, eu: 1 });
  const chosen = () => clients.map((from) => world.answer(plan, { from }));
  let before = chosen();
  for (const share of [0.75, 0.5, 0.25, 0]) {
    const told = override(world, whole('us', share));
    const after = chosen();
    for (const [index, answer] of after.entries())
      if (answer !== before[index]) assert.deepEqual([before[index], answer], [US, EU]);
    near((100 * after.filter((one) => one === US).length) / clients.length, (100 * share) / (1 + share));
    before = after;
    end(told);
  }
});

test('Who is being drained and is all that is left gets everything until the end', () => {
  const world = new World(POOLS, seededRandom(2)).down(...EU_DOWN);
  const told = override(world, whole('us', 0.1));
  assert.deepEqual(shares(world, firstHealthy('us', 'eu')), { [US]: 100 });
  assert.deepEqual(shares(world, pool('us')), { [US]: 100 });
  assert.equal(poolHealth(world.pools.get('us') ?? assert.fail(), world.health), 'up');
  end(told);
  override(world, whole('us', 0));
  assert.equal(world.answer(pool('us')), 'nodata');
});

test('An address that is being drained is in the share of answers that is left of it', () => {
  const world = new World(POOLS, seededRandom(3));
  override(world, some('us', { '192.0.2.1': 0.25 }));
  const found = shares(world, pool('us'));
  near(found[US], 25);
  near(found['192.0.2.2'], 75);
  near(shares(world, firstHealthy('us', 'eu'))[EU], 0);
});

test('Explanations tell what is said beside what probes say', () => {
  const why = (told: PoolOverride, down: readonly string[], plan: PlanData) => {
    const steps: SteeringStep[] = [];
    const world = new World(POOLS, seededRandom(4)).down(...down);
    override(world, told);
    world.answer(plan, { steps });
    return steps.map((step) => `${step.subject} ${step.verdict} ${step.why}`);
  };
  assert.deepEqual(why(whole('us', 0), [], firstHealthy('us', 'eu')), [
    'us dropped health: down, drained (probes: up)',
    'eu chosen health: up',
  ]);
  assert.deepEqual(
    why(whole('us', 'up'), US_DOWN, firstHealthy('us', 'eu'))[0],
    ['us chosen health: up, forced (probes: down)'][0],
  );
  assert.deepEqual(why(whole('free', 0), [], pool('free')), [
    'free dropped health: down, drained (unchecked), and so not served',
  ]);
  assert.deepEqual(why(whole('us', 0), EU_DOWN, firstHealthy('us', 'eu')), [
    'us dropped health: down, drained (probes: up), and so not served',
    'eu chosen health: down, like all others: as if up',
  ]);
  assert.deepEqual(why(some('us', { '192.0.2.1': 0 }), [], pool('us')), [
    'us chosen health: degraded, as some of its addresses are overridden',
    'us 192.0.2.1 dropped health: down, drained (probes: up)',
  ]);
  assert.deepEqual(why(whole('us', 0.5), EU_DOWN, firstHealthy('us', 'eu')).slice(0, 1), [
    'us chosen health: up, drained to 50 % (probes: up)',
  ]);
});

const POOL_NAMES = Object.keys(POOLS);
const ADDRESSES = Object.values(POOLS).flatMap(({ records: { A = [] } }) => A.map(String));
const CHECKED = [...US_DOWN, ...EU_DOWN];

test('Law: what is out is never served, and once nothing is said any more all is as it was', () => {
  const forced = fc.constantFrom<Forced>('up', 'down', 0, 0, 0.5);
  const told = fc.record(
    { whole: forced, some: fc.array(fc.tuple(fc.constantFrom(...ADDRESSES), forced), { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  const said = fc.dictionary(fc.constantFrom(...POOL_NAMES), told, { maxKeys: 4 });
  const among = fc.uniqueArray(fc.constantFrom(...POOL_NAMES), { minLength: 1 });
  const kind = fc.constantFrom('first', 'weighted', 'sticky', 'together');
  const [before, after] = [fc.subarray(CHECKED), fc.subarray(CHECKED)];
  const type = fc.constantFrom('A', 'AAAA', 'MX');
  fc.assert(
    fc.property(
      said,
      among,
      kind,
      before,
      after,
      type,
      fc.nat(),
      (all, of, how, down, later, asked, seed) => {
        const weights = Object.fromEntries(of.map((one, at) => [one, at]));
        const plans: Readonly<Record<string, PlanData>> = {
          first: firstHealthy(...of),
          weighted: weighted(weights),
          sticky: sticky(weights),
          together: { ...firstHealthy(...of), family: 'together' } as PlanData,
        };
        const plan = plans[how] ?? assert.fail();
        const world = new World(POOLS, seededRandom(seed)).down(...down);
        const made = Object.entries(all).map(([name, one]) => override(world, { pool: name, ...one }));
        world.down(...later);
        const up = CHECKED.filter((one) => !later.includes(one));
        world.up(...up);
        const out = (name: string, address: string) => {
          const { whole: of = 1, some: list = [] } = all[name] ?? {};
          return (new Map(list).get(address) ?? of) === 0;
        };
        for (const address of world.answer(plan, { type: asked }).split(' ')) {
          if (!ADDRESSES.includes(address)) continue;
          const homes = of.filter((name) => POOLS[name]?.records.A?.includes(address));
          assert.ok(
            homes.some((name) => !out(name, address)),
            `${address} is out`,
          );
        }
        for (const one of made) end(one);
        const plain = new World(POOLS, seededRandom(seed)).down(...later);
        assert.equal(world.health.areAllUp, plain.health.areAllUp);
        // Its dice have been thrown before.
        if (how === 'weighted') return;
        assert.equal(world.answer(plan, { type: asked }), plain.answer(plan, { type: asked }));
      },
    ),
    { numRuns: 500 },
  );
});

test('Records that nothing checks have no part in a threshold, also while their pool is overridden', () => {
  const most: PoolData = {
    records: { A: ['192.0.2.81', '192.0.2.82', '192.0.2.83'], MX: ['10 a.example.net', '20 b.example.net'] },
    check: TCP,
    upWhen: { percent: 60 },
  };
  const world = new World({ ...POOLS, most });
  const plan = firstHealthy('most', 'eu');
  const overridden = override(world, some('most', { '192.0.2.81': 'down' }));
  assert.equal(world.answer(plan), '192.0.2.82 192.0.2.83');
  world.down('192.0.2.82');
  assert.equal(poolHealth(world.pools.get('most') ?? assert.fail(), world.health), 'down');
  assert.equal(world.answer(plan), EU);
  end(overridden);
  assert.equal(world.answer(plan), '192.0.2.81 192.0.2.83');
});

test('What is measured of targets counts also while their pool is overridden', () => {
  const world = new World(POOLS).measure('192.0.2.1', 10).measure('192.0.2.2', 90).measure(EU, 50);
  const overridden = override(world, whole('us', 0.99));
  assert.equal(poolMeasure(world.pools.get('us') ?? assert.fail(), 'latency', world.health), 50);
  end(overridden);
  override(world, some('us', { '192.0.2.2': 0 }));
  assert.equal(poolMeasure(world.pools.get('us') ?? assert.fail(), 'latency', world.health), 10);
  assert.equal(world.answer(fastest('us', 'eu')), '192.0.2.1');
});
