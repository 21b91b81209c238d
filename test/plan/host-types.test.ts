/** Which types a host could answer: what a signed zone says of its names follows from this. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { typeBeyond, typesOfHost, typesOfPlan, undeclaredTypes } from '../../runtime/plan/host-types.ts';
import { type Manifest, readManifest } from '../../runtime/plan/manifest.ts';
import type { Plan } from '../../runtime/plan/plan.ts';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { RRTYPE, typeToText } from '../../runtime/wire/iana/rrtype.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { must, name } from '../support/wire.ts';

const ZONE = name('example.com.');

function manifestOf(changes: object) {
  return readManifest(
    {
      form: 'policy',
      pools: {
        us: { records: { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] } },
        cdn: { records: { CNAME: ['c.example.net'] } },
      },
      fallback: { kind: 'records', records: { HTTPS: ['1 .'] } },
      hosts: {},
      records: {},
      ...changes,
    },
    {
      zone: ZONE,
      defaultTtl: 30,
      maxBudgetMs: 50,
      maxDeadlineMs: 500,
      checkTiming: CHECK_TIMING,
      slotOf: () => -1,
    },
  );
}

function accepted(changes: object): Manifest {
  const read = manifestOf(changes);
  assert.ok(read.ok, read.ok ? '' : read.problem.join('\n'));
  return read.value;
}

function planOf(data: PlanData): Plan {
  const { pools } = accepted({});
  return must(compilePlan(data, { zone: ZONE, pools, ttl: 1, apex: false }));
}

function typesAt(host: string, manifest: Manifest, decided: readonly number[] = []): string {
  const found = manifest.hosts.find(({ key }) => key === host);
  assert.ok(found);
  return typesOfHost(found, manifest, decided, ZONE).map(typeToText).join(' ');
}

test('A plan has the types of all its branches, pools and aliases included', () => {
  const text = (plan: PlanData) => typesOfPlan(planOf(plan)).map(typeToText).join(' ');
  assert.equal(text({ kind: 'pool', pool: 'us' }), 'A AAAA');
  assert.equal(text({ kind: 'cname', target: 'a.example.net' }), 'CNAME');
  assert.equal(text({ kind: 'nodata' }), '');
  const txt: PlanData = { kind: 'records', records: { TXT: ['a'], TYPE65280: ['\\# 1 00'] } };
  assert.equal(
    text({
      kind: 'rotate',
      of: { kind: 'firstHealthy', of: [{ kind: 'pool', pool: 'cdn' }, { kind: 'refuse' }, txt] },
    }),
    'CNAME TXT TYPE65280',
  );
});

test('A pool has the types of what stands in for it while it is down', () => {
  const page = {
    records: { A: ['192.0.2.2'] },
    whenDown: { kind: 'records', records: { A: ['192.0.2.3'], TXT: ['down'] } },
  };
  const { pools } = accepted({ pools: { page } });
  const plan: Plan = { kind: 'pool', pool: pools.get('page') ?? assert.fail() };
  assert.equal(typesOfPlan(plan).map(typeToText).join(' '), 'A TXT');
  assert.equal(typeBeyond(plan, [RRTYPE.A]), RRTYPE.TXT);
  assert.equal(typesAt('www', accepted({ pools: { page }, hosts: { www: null } })), 'A TXT HTTPS');
});

test('A handler could answer what is in pools, in the fallback, declared and decided', () => {
  const manifest = accepted({
    hosts: { www: null, canary: null, fixed: { kind: 'pool', pool: 'us' } },
    types: { canary: ['TXT'] },
  });
  assert.equal(typesAt('www', manifest), 'A CNAME AAAA HTTPS');
  assert.equal(typesAt('www', manifest, [RRTYPE.MX]), 'A CNAME MX AAAA HTTPS');
  assert.equal(typesAt('canary', manifest), 'A CNAME TXT AAAA HTTPS');
  assert.equal(typesAt('fixed', manifest), 'A AAAA');
});

test('At the name of the zone there can be no alias', () => {
  assert.equal(typesAt('@', accepted({ hosts: { '@': null } })), 'A AAAA HTTPS');
});

test('A handler of the other form could answer whatever it is asked for, but for what the server makes', () => {
  const manifest = accepted({
    form: 'handler',
    fallback: { kind: 'servfail' },
    pools: {},
    hosts: { '*': null },
  });
  const types = typesAt('*', manifest).split(' ');
  for (const type of ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SVCB']) assert.ok(types.includes(type), type);
  for (const type of ['NS', 'SOA', 'DS', 'DNSKEY', 'RRSIG', 'NSEC', 'CDS', 'OPT'])
    assert.ok(!types.includes(type), type);
});

test('Types that nobody declares are named', () => {
  const manifest = accepted({
    hosts: { canary: null, fixed: { kind: 'pool', pool: 'us' } },
    types: { canary: ['TXT'] },
  });
  const [canary, fixed] = manifest.hosts;
  assert.ok(canary && fixed);
  assert.deepEqual(undeclaredTypes(canary, manifest, [RRTYPE.A, RRTYPE.TXT, RRTYPE.MX]), [RRTYPE.MX]);
  assert.deepEqual(undeclaredTypes(fixed, manifest, [RRTYPE.MX]), []);
});

test('A decision is within the types of its host, or the first beyond is named', () => {
  const txt = planOf({
    kind: 'firstHealthy',
    of: [
      { kind: 'pool', pool: 'us' },
      { kind: 'records', records: { TXT: ['a'] } },
    ],
  });
  assert.equal(typeBeyond(txt, [RRTYPE.A, RRTYPE.TXT, RRTYPE.AAAA]), undefined);
  assert.equal(typeBeyond(txt, [RRTYPE.A, RRTYPE.AAAA]), RRTYPE.TXT);
  assert.equal(typeBeyond(planOf({ kind: 'nxdomain' }), []), undefined);
  assert.equal(typeBeyond(planOf({ kind: 'cname', target: 'a.example.net' }), [RRTYPE.A]), RRTYPE.CNAME);
});

test('Only types that an answer may have are declared', () => {
  for (const [types, message] of [
    [['TXTT'], /^hosts\.www\.types\[0\]: Unknown type/],
    [['A', 'NS'], /^hosts\.www\.types\[1\]: NS records are the same for everyone/],
    [['RRSIG'], /^hosts\.www\.types\[0\]: The server makes RRSIG/],
    [['ANY'], /^hosts\.www\.types\[0\]: ANY is no type/],
    [[5], /^hosts\.www\.types\[0\]: Unknown type/],
    ['TXT', /^hosts\.www\.types: Must be an array/],
  ] as const) {
    const read = manifestOf({ hosts: { www: null }, types: { www: types } });
    assert.ok(!read.ok, JSON.stringify(types));
    assert.match(read.problem[0] ?? '', message);
  }
});
