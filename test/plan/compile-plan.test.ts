/** Plans from a sandbox: what they become, and that nothing a sandbox can send gets through that should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fnv1a } from '../../runtime/base/structures/fnv.ts';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import type { Plan, Pool } from '../../runtime/plan/plan.ts';
import type { PlanContext } from '../../runtime/plan/plan-reader.ts';
import { encodeRRset } from '../../runtime/wire/encoded-rrset.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { nameFromText, nameToText, type WireName } from '../../runtime/wire/name.ts';

function name(text: string): WireName {
  const read = nameFromText(text);
  assert.ok(read.ok);
  return read.value;
}

function pool(poolName: string, changes: Partial<Pool> = {}): [string, Pool] {
  const sets = [{ type: RRTYPE.A, ttl: 30, rdatas: [Uint8Array.of(192, 0, 2, 1)], slots: [-1] }];
  return [poolName, { name: poolName, sets, at: undefined, whenDown: 'all', ...changes }];
}

const CDN = [{ type: RRTYPE.CNAME, ttl: 30, rdatas: [name('cdn.example.net')], slots: [-1] }];

const CONTEXT: PlanContext = {
  zone: name('example.com'),
  pools: new Map([pool('us', { at: [39, -77] }), pool('eu', { ttl: 60 }), pool('cdn', { sets: CDN })]),
  ttl: 30,
  apex: false,
};

function compiled(data: unknown, changes: Partial<PlanContext> = {}): Plan {
  const plan = compilePlan(data, { ...CONTEXT, ...changes });
  assert.ok(plan.ok, plan.ok ? '' : plan.problem);
  return plan.value;
}

function problem(data: unknown, changes: Partial<PlanContext> = {}): string {
  const plan = compilePlan(data, { ...CONTEXT, ...changes });
  assert.ok(!plan.ok, 'it is refused');
  return plan.problem;
}

const US = { kind: 'pool', pool: 'us' };
const RECORDS = { kind: 'records', records: { A: ['192.0.2.1'] } };

test('Records become RDATA, and their TTL is their own, or else the policy gives it', () => {
  const plan = compiled({ kind: 'firstHealthy', of: [{ ...RECORDS, ttl: 5 }, RECORDS] });
  assert.equal(plan.kind, 'firstHealthy');
  const [own, policy] = plan.of;
  const set = (ttl: number) => {
    const values = { type: RRTYPE.A, ttl, rdatas: [Uint8Array.of(192, 0, 2, 1)] };
    return { ...values, slots: [-1], encoded: encodeRRset(values) };
  };
  assert.deepEqual(own, { kind: 'records', sets: [set(5)] });
  assert.deepEqual(policy, { kind: 'records', sets: [set(30)] });
});

test('A TTL around a plan holds for the leaves that say nothing else', () => {
  const inner = {
    kind: 'firstHealthy',
    of: [US, { kind: 'pool', pool: 'eu' }, { ...RECORDS, ttl: 5 }, RECORDS],
  };
  const plan = compiled({ kind: 'rotate', of: inner, ttl: 7 });
  assert.ok(plan.kind === 'rotate' && plan.of.kind === 'firstHealthy');
  const ttls = plan.of.of.map((leaf) => {
    assert.ok(leaf.kind === 'pool' || leaf.kind === 'records');
    return leaf.kind === 'pool' ? (leaf.ttl ?? leaf.pool.sets[0]?.ttl) : leaf.sets[0]?.ttl;
  });
  assert.deepEqual(ttls, [7, 30, 5, 7]);
});

test('Pools are those of the policy', () => {
  const plan = compiled(US);
  assert.ok(plan.kind === 'pool');
  assert.equal(plan.pool, CONTEXT.pools.get('us'));
});

test('The seed of a choice is that of its name, wherever it stands', () => {
  const choices = (...of: unknown[]): number[] => {
    const plan = compiled({ kind: 'sticky', of: of.map((inner) => ({ weight: 1, plan: inner })) });
    assert.ok(plan.kind === 'sticky');
    return plan.of.map(({ seed }) => seed);
  };
  const eu = { kind: 'pool', pool: 'eu' };
  assert.deepEqual(choices(US, eu), [fnv1a('us'), fnv1a('eu')]);
  assert.deepEqual(choices(eu, US), [fnv1a('eu'), fnv1a('us')]);
  assert.deepEqual(choices(RECORDS, RECORDS), [fnv1a('#0'), fnv1a('#1')]);
});

test('FNV-1a gives its published values', () => {
  assert.equal(fnv1a(''), 0x811c9dc5);
  assert.equal(fnv1a('a'), 0xe40c292c);
  assert.equal(fnv1a('foobar'), 0xbf9cf968);
});

test('The target of a CNAME is absolute, and "@" is the zone', () => {
  for (const [target, meant] of [
    ['www.example.net', 'www.example.net.'],
    ['www.example.net.', 'www.example.net.'],
    ['@', 'example.com.'],
  ]) {
    const plan = compiled({ kind: 'cname', target, ttl: 9 });
    assert.ok(plan.kind === 'cname');
    assert.equal(nameToText(plan.target), meant);
    assert.equal(plan.ttl, 9);
  }
});

for (const kind of ['nodata', 'nxdomain', 'refuse'] as const) {
  test(`A plan may be ${kind}`, () => {
    assert.deepEqual(compiled({ kind }), { kind });
  });
}

const DEEP = (levels: number): unknown =>
  levels === 1 ? US : { kind: 'firstHealthy', of: [DEEP(levels - 1)] };
const WIDE = (count: number): unknown => ({
  kind: 'firstHealthy',
  of: Array.from({ length: count }, () => US),
});

test('Plans may be as deep and as wide as the limits, and no more', () => {
  compiled(DEEP(8));
  assert.match(problem(DEEP(9)), /The plan is nested deeper than 8 levels$/);
  compiled(WIDE(256));
  assert.equal(problem(WIDE(257)), 'firstHealthy: The plan has over 256 parts');
  assert.match(problem({ kind: 'firstHealthy', of: [WIDE(200), WIDE(200)] }), /The plan has over 256 parts$/);
});

test('A plan that names large pools again and again is refused', () => {
  const rdatas = Array.from({ length: 64 }, (_, last) => Uint8Array.of(192, 0, 2, last));
  const sets = [{ type: RRTYPE.A, ttl: 30, rdatas, slots: rdatas.map(() => -1) }];
  const pools = new Map([pool('us', { sets })]);
  compiled(WIDE(64), { pools });
  assert.equal(
    problem(WIDE(65), { pools }),
    'firstHealthy[64]: The pools of the plan hold over 4096 values together',
  );
});

const REFUSED: readonly (readonly [data: unknown, why: string | RegExp])[] = [
  [undefined, 'Must be a plan'],
  [[], 'Must be a plan'],
  [{}, 'Must be a plan'],
  [{ kind: 'constructor' }, 'Must be a plan'],
  [{ kind: 'servfail' }, 'Must be a plan'],
  [{ kind: 'pool', pool: 'moon' }, 'Unknown pool "moon"'],
  [{ kind: 'pool', pool: { toString: 1 } }, 'Unknown pool ""'],
  [{ kind: 'firstHealthy', of: [] }, 'firstHealthy: Needs at least one choice'],
  [{ kind: 'firstHealthy' }, 'firstHealthy: Needs at least one choice'],
  [{ kind: 'firstHealthy', of: [US, { kind: 'pool', pool: 'x' }] }, 'firstHealthy[1]: Unknown pool "x"'],
  [{ kind: 'weighted', of: [US] }, /^weighted\[0\]: Must be a plan/],
  [
    { kind: 'weighted', of: [{ weight: 1.5, plan: US }] },
    'weighted[0]: Weight must be a whole number from 0 to 1000000',
  ],
  [{ kind: 'sticky', of: [{ weight: -1, plan: US }] }, /^sticky\[0\]: Weight must be/],
  [{ kind: 'nearest', of: [US, { kind: 'pool', pool: 'eu' }] }, /^nearest\[1\]: Pool "eu" needs "at"/],
  [{ kind: 'nearest', of: [RECORDS] }, 'nearest[0]: Must be a pool'],
  [{ kind: 'rotate', of: US, count: 0 }, 'Count must be a whole number from 1 to 256'],
  [{ kind: 'rotate', of: US, ttl: -1 }, 'ttl: Must be a whole number from 0 to 2147483647'],
  [{ kind: 'rotate', of: { kind: 'x' } }, 'rotate: Must be a plan'],
  [{ kind: 'take', of: US }, 'Count must be a whole number from 1 to 256'],
  [{ kind: 'take', of: US, count: 0 }, 'Count must be a whole number from 1 to 256'],
  [{ kind: 'take', of: { kind: 'x' }, count: 1 }, 'take: Must be a plan'],
  [{ kind: 'cname', target: 'mail' }, /^Name "mail" is ambiguous; write "mail\.example\.com\."/],
  [{ kind: 'cname', target: { toString: 1 } }, /^Name is empty/],
  [{ kind: 'records', records: { A: ['192.0.2'] } }, /^A\[0\]: /],
  [{ ...RECORDS, ttl: 2 ** 31 }, 'ttl: Must be a whole number from 0 to 2147483647'],
];

for (const [data, why] of REFUSED) {
  test(`Refused: ${JSON.stringify(data)}`, () => {
    if (typeof why === 'string') assert.equal(problem(data), why);
    else assert.match(problem(data), why);
  });
}

test('No CNAME comes to stand at the name of the zone', () => {
  const alias = { kind: 'cname', target: 'example.net' };
  const inRecords = { kind: 'records', records: { CNAME: ['example.net'] } };
  for (const data of [
    alias,
    inRecords,
    { kind: 'pool', pool: 'cdn' },
    { kind: 'firstHealthy', of: [US, alias] },
  ]) {
    compiled(data);
    assert.match(problem(data, { apex: true }), /A CNAME cannot stand at the name of the zone itself/);
    assert.match(problem(data, { sharesName: true }), /A CNAME cannot stand beside the static records/);
  }
});

test('Whatever a sandbox sends, the outcome is a plan or a problem', () => {
  const kinds = [
    'records',
    'pool',
    'firstHealthy',
    'weighted',
    'nearest',
    'sticky',
    'rotate',
    'take',
    'cname',
    'nodata',
  ];
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.record(
        {
          kind: fc.constantFrom(...kinds),
          of: fc.oneof(
            tie('node'),
            fc.array(fc.oneof(tie('node'), fc.record({ weight: fc.nat(), plan: tie('node') }))),
          ),
          pool: fc.oneof(fc.constantFrom('us', 'eu', 'cdn'), fc.jsonValue()),
          records: fc.oneof(
            fc.jsonValue(),
            fc.dictionary(fc.constantFrom('A', 'TXT', 'CNAME'), fc.array(fc.string())),
          ),
          target: fc.oneof(fc.domain(), fc.jsonValue()),
          ttl: fc.oneof(fc.nat(), fc.jsonValue()),
          count: fc.oneof(fc.nat(), fc.jsonValue()),
        },
        { requiredKeys: ['kind'] },
      ),
    ),
  }));
  fc.assert(
    fc.property(node, (data) => {
      const plan = compilePlan(data, CONTEXT);
      if (plan.ok) assert.ok(plan.value.kind.length > 0);
      else assert.match(plan.problem, /\S/);
    }),
    { numRuns: 500 },
  );
});
