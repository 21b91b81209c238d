/**
 * Laws of what a policy declares and decides, over any JSON and over sound data that was spoilt: it is
 * judged and never thrown over, and of what is accepted every record is in the zone, for a time DNS
 * knows, with RDATA that another implementation reads the same.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { Facts } from '../../runtime/answer/facts/facts.ts';
import { Choice } from '../../runtime/answer/steering/choice.ts';
import { Draw } from '../../runtime/answer/steering/draw.ts';
import { Steering } from '../../runtime/answer/steering/steering.ts';
import { HealthTable } from '../../runtime/health/table.ts';
import { compilePlan } from '../../runtime/plan/compile-plan.ts';
import { type ManifestContext, readManifest } from '../../runtime/plan/manifest.ts';
import type { Plan } from '../../runtime/plan/plan.ts';
import { ClientSubnet } from '../../runtime/wire/client-subnet.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { isAtOrBelow, nameLengthAt, type WireName } from '../../runtime/wire/name.ts';
import { checkRdata, rdataToText } from '../../runtime/wire/rdata/registry.ts';
import { MAX_RRSET_OCTETS } from '../../runtime/zone/rrsets.ts';
import { GEO } from '../answer/places.ts';
import { seededRandom } from '../answer/world.ts';
import { CHECK_TIMING } from '../support/check-timing.ts';
import { FUZZ } from '../support/fuzz.ts';
import { mutate, pick } from '../support/mutate.ts';
import { targetNumber } from '../support/target-number.ts';
import { name } from '../support/wire.ts';

const ZONE = name('example.com.');
const MAX_TTL = 2 ** 31 - 1;
/** As sandbox/limits.ts has it. */
const MOST_PLAN = 65_536;

/** What stands in for a pool. */
const SPARE = {
  kind: 'firstHealthy',
  of: [
    { kind: 'pool', pool: 'us' },
    { kind: 'take', of: { kind: 'pool', pool: 'spare' }, count: 1 },
  ],
};
const POOLS = {
  us: {
    records: {
      A: ['192.0.2.10', '192.0.2.11'],
      AAAA: ['2001:db8::10'],
      HTTPS: ['1 . alpn=h2 ipv4hint=auto ipv6hint=auto'],
    },
    leastTtl: 5,
    at: [39, -77.5],
    capacity: 100,
    check: { type: 'tcp', port: 443 },
  },
  eu: {
    records: { A: ['198.51.100.20'] },
    at: [50.1, 8.7],
    capacity: 0.5,
    ttl: 10,
    whenDown: 'empty',
    check: { type: 'http', path: '/up' },
  },
  cdn: { records: { CNAME: ['cdn.example.net'] }, ttl: 0 },
  sip: {
    records: { SRV: ['1 2 5060 sip.example.com.', '2 2 5061 sip2.example.com.'] },
    check: { type: 'tcp', port: 1 },
  },
  spare: { records: { A: ['203.0.113.1'] }, check: { type: 'tcp', port: 80 }, whenDown: SPARE },
};
const RECORDS = {
  A: ['192.0.2.1'],
  AAAA: ['2001:db8::1'],
  MX: ['10 mail.example.com.'],
  TXT: ['v=spf1 -all', ['two', 'strings']],
  SRV: ['1 2 5060 sip.example.com.'],
  CAA: ['0 issue "ca.example.net"'],
  HTTPS: ['1 . alpn=h2,h3 ipv4hint=192.0.2.1'],
  TYPE65280: [String.raw`\# 2 abcd`],
};
const PLANS = [
  { kind: 'records', records: RECORDS, ttl: 60 },
  {
    kind: 'firstHealthy',
    of: [
      { kind: 'pool', pool: 'eu' },
      { kind: 'pool', pool: 'us' },
    ],
  },
  {
    kind: 'nearest',
    of: [
      { kind: 'pool', pool: 'us' },
      { kind: 'pool', pool: 'eu' },
    ],
  },
  {
    kind: 'weighted',
    of: [
      { weight: 90, plan: { kind: 'pool', pool: 'us' } },
      { weight: 0, plan: { kind: 'cname', target: 'cdn.example.net', ttl: 5 } },
    ],
  },
  {
    kind: 'sticky',
    of: [
      { weight: 1, plan: { kind: 'rotate', of: { kind: 'pool', pool: 'us' }, count: 1, ttl: 20 } },
      { weight: 2, plan: { kind: 'nxdomain' } },
    ],
  },
  {
    kind: 'geo',
    of: [
      { kind: 'pool', pool: 'us' },
      { kind: 'fence', of: { kind: 'pool', pool: 'eu' } },
      { kind: 'pool', pool: 'spare' },
      { kind: 'pool', pool: 'cdn' },
    ],
    places: [['US', 'US-VA', 'continent:NA'], ['DE', 'european-union'], ['FR'], ['default']],
  },
  {
    kind: 'bounded',
    of: [
      { kind: 'pool', pool: 'us' },
      { kind: 'pool', pool: 'eu' },
    ],
    by: 'name',
    slack: 0.5,
  },
  { kind: 'take', of: { kind: 'rotate', of: { kind: 'pool', pool: 'us' } }, count: 1 },
  {
    kind: 'rotate',
    of: { kind: 'firstHealthy', of: [{ kind: 'pool', pool: 'cdn' }, { kind: 'refuse' }, { kind: 'nodata' }] },
  },
];
const MANIFEST = {
  form: 'policy',
  ttl: 30,
  budget: 5,
  deadline: 50,
  pools: POOLS,
  fallback: PLANS[1],
  hosts: { '@': PLANS[0], www: null, '*.app': PLANS[3], 'a\\.b.c': PLANS[4] },
  records: {
    mail: { records: { A: ['192.0.2.25'] }, ttl: 300 },
    '@': { records: { MX: ['10 mail.example.com.'] } },
    sub: { records: { NS: ['ns.sub.example.com.'] } },
  },
};

const health = new HealthTable();
const context: ManifestContext = {
  zone: ZONE,
  defaultTtl: 30,
  maxBudgetMs: 50,
  maxDeadlineMs: 500,
  checkTiming: CHECK_TIMING,
  slotOf: ({ id }) => health.slot(targetNumber(id)),
};
const sound = readManifest(MANIFEST, context);
assert.ok(sound.ok, 'the manifest to be spoilt is sound');
const { pools, targets } = sound.value;

/** Reads a manifest; what is accepted keeps to its zone. Tells whether it was accepted. */
function checkManifest(data: unknown): boolean {
  const result = readManifest(data, context);
  if (!result.ok) {
    assert.ok(result.problem.length > 0 && result.problem.length <= 100);
    for (const problem of result.problem) checkProblem(problem);
    return false;
  }
  const { records, hosts, fallback } = result.value;
  for (const { owner, type, ttl, rdata } of records) {
    checkOwner(owner);
    checkRecord({ type, ttl, rdata });
  }
  for (const host of hosts) {
    checkOwner(host.name);
    if (host.plan !== null) checkAnswers(host.plan, seededRandom(1));
  }
  checkAnswers(fallback, seededRandom(2));
  return true;
}

/** Compiles a plan; what is accepted yields answers and nothing else. Tells whether it was accepted. */
function checkPlan(data: unknown, random: () => number): boolean {
  const apex = random() < 0.3;
  const plan = compilePlan(data, { zone: ZONE, pools, ttl: 30, apex }, 'hosts.www');
  if (!plan.ok) {
    checkProblem(plan.problem);
    return false;
  }
  const kinds = checkAnswers(plan.value, random);
  assert.ok(!(apex && kinds.has('cname')), 'no CNAME beside SOA and NS');
  return true;
}

function checkProblem(problem: string): void {
  assert.ok(problem.length > 0 && problem.length <= 2100, 'it is for people to read');
}

function checkOwner(owner: WireName): void {
  assert.equal(nameLengthAt(owner, 0), owner.length);
  assert.ok(isAtOrBelow(owner, ZONE));
}

const steeredFacts = new Facts(GEO, health);
const choice = new Choice();
const TYPES = [
  RRTYPE.A,
  RRTYPE.AAAA,
  RRTYPE.TXT,
  RRTYPE.MX,
  RRTYPE.SRV,
  RRTYPE.CAA,
  RRTYPE.HTTPS,
  RRTYPE.CNAME,
  RRTYPE.NS,
  RRTYPE.SOA,
  65_280,
];

/** Evaluates a plan for each type, while anything may be down. Returns what came out of it. */
function checkAnswers(plan: Plan, random: () => number): Set<string> {
  const steering = new Steering(health, steeredFacts, new Draw(random));
  const kinds = new Set<string>();
  for (const type of TYPES) {
    for (const { id } of targets) health.set(targetNumber(id), pick(['up', 'down'], random));
    steeredFacts.begin(new ClientSubnet(), {
      address: pick(['198.51.100.7', '192.0.2.7', '2001:db8:a::1'], random),
    });
    steering.choose(plan, type, choice, []);
    kinds.add(choice.kind);
    if (choice.kind === 'cname') {
      assert.equal(nameLengthAt(choice.target, 0), choice.target.length);
      checkRecord({ type: RRTYPE.CNAME, ttl: choice.ttl, rdata: choice.target });
    }
    if (choice.kind !== 'records') continue;
    assert.ok(choice.rdatas.length > 0 && type !== RRTYPE.SOA && type !== RRTYPE.NS);
    assert.ok(choice.rdatas.reduce((sum, { length }) => sum + 12 + length, 0) <= MAX_RRSET_OCTETS);
    for (const rdata of choice.rdatas) checkRecord({ type, ttl: choice.ttl, rdata });
  }
  return kinds;
}

interface Answer {
  readonly type: number;
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** Of all other types any octets will do (RFC 3597), and dns-packet knows some of those. */
const READ: readonly number[] = [
  RRTYPE.A,
  RRTYPE.AAAA,
  RRTYPE.CAA,
  RRTYPE.CNAME,
  RRTYPE.HTTPS,
  RRTYPE.MX,
  RRTYPE.NS,
  RRTYPE.PTR,
  RRTYPE.SRV,
  RRTYPE.SVCB,
  RRTYPE.TXT,
];

/** By our own check, and by dns-packet. */
function checkRecord({ type, ttl, rdata }: Answer): void {
  assert.ok(Number.isInteger(ttl) && ttl >= 0 && ttl <= MAX_TTL);
  assert.equal(checkRdata(type, rdata), undefined);
  if (!READ.includes(type)) return;
  const rest = Buffer.alloc(10);
  rest.writeUInt16BE(type, 0);
  rest.writeUInt16BE(1, 2);
  rest.writeUInt32BE(ttl, 4);
  rest.writeUInt16BE(rdata.length, 8);
  const header = Buffer.from([0, 1, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  const message = dnsPacket.decode(Buffer.concat([header, ZONE, rest, rdata]));
  const [answer] = message.answers ?? [];
  assert.ok(answer !== undefined && 'data' in answer && 'ttl' in answer);
  assert.deepEqual([answer.name, answer.ttl], ['example.com', ttl]);
  if (type === RRTYPE.A) assert.equal(answer.data, rdataToText(type, rdata));
  // Each string with its length before it.
  if (answer.type === 'TXT' && Array.isArray(answer.data)) {
    const strings = answer.data.map((text) => Buffer.from(text as Buffer));
    assert.deepEqual(
      Buffer.concat(strings.flatMap((text) => [Buffer.of(text.length), text])),
      Buffer.from(rdata),
    );
  }
}

/** As it comes off the wire. */
function spoilt(value: unknown, random: () => number): unknown {
  return JSON.parse(JSON.stringify(mutate(value, random)) ?? 'null');
}

suite('Plans and manifests', { timeout: 60_000 }, () => {
  test('The laws hold for what is sound', () => {
    checkManifest(MANIFEST);
    for (const plan of PLANS) assert.ok(compilePlan(plan, { zone: ZONE, pools, ttl: 30, apex: false }).ok);
    const kinds = PLANS.flatMap((plan, seed) => {
      const compiled = compilePlan(plan, { zone: ZONE, pools, ttl: 30, apex: false });
      return compiled.ok ? [...checkAnswers(compiled.value, seededRandom(seed))] : [];
    });
    assert.ok(kinds.includes('records') && kinds.includes('cname'), 'the laws have something to hold for');
  });

  test('The laws hold for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        checkPlan(json, seededRandom(3));
        checkManifest(json);
        checkManifest({ ...MANIFEST, hosts: json, records: { a: { records: json } } });
        checkManifest({ ...MANIFEST, pools: { us: json, eu: { records: json, check: json, at: json } } });
      }),
      { ...FUZZ, numRuns: Math.ceil(FUZZ.numRuns / 3) },
    );
  });

  test('The laws hold for records of any type and text', () => {
    const type = fc.oneof(
      fc.constantFrom(...Object.keys(RRTYPE)),
      fc.nat(70_000).map((number) => `TYPE${number}`),
    );
    const word = fc.oneof(
      fc.nat(70_000).map(String),
      fc.constantFrom(
        '.',
        '@',
        '"',
        '\\',
        'a.example',
        '192.0.2.1',
        'alpn=h2',
        'A',
        'abcd',
        '::',
        '51',
        'N',
        '\\# 2 abcd',
        '=',
      ),
      fc.string({ maxLength: 6 }),
    );
    const text = fc.array(word, { maxLength: 9 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(type, fc.array(text, { minLength: 1, maxLength: 2 }), (key, values) => {
        checkPlan({ kind: 'records', records: { [key]: values } }, seededRandom(4));
        checkManifest({ ...MANIFEST, records: { a: { records: { [key]: values } } } });
      }),
      FUZZ,
    );
  });

  test('The laws hold for sound plans that were spoilt', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        if (checkPlan(spoilt(pick(PLANS, random), random), random)) accepted += 1;
      }),
      FUZZ,
    );
    assert.ok(accepted > FUZZ.numRuns / 20, `only ${accepted} were accepted`);
  });

  test('The laws hold for sound manifests that were spoilt', () => {
    const numRuns = Math.ceil(FUZZ.numRuns / 3);
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        if (checkManifest(spoilt(MANIFEST, seededRandom(seed)))) accepted += 1;
      }),
      { ...FUZZ, numRuns },
    );
    assert.ok(accepted > numRuns / 20, `only ${accepted} were accepted`);
  });

  for (const [what, plan] of giants()) {
    test(`An end is found in ${what}`, () => {
      assert.ok(JSON.stringify(plan).length <= MOST_PLAN);
      checkPlan(plan, seededRandom(5));
    });
  }

  test('Problems are as many as can be read, of a policy that has hundreds of thousands', () => {
    const many = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`k${index}`, 1]));
    const long = 'x'.repeat(300_000);
    checkManifest({ ...MANIFEST, pools: { us: { records: many } } });
    checkManifest({ ...MANIFEST, pools: { [long]: { records: many } } });
    checkManifest({ ...MANIFEST, records: { [long]: { records: many }, a: { records: { [long]: many } } } });
    checkManifest({
      ...MANIFEST,
      records: { a: { records: { CNAME: [long] } }, b: { records: { A: [long] } } },
    });
    checkManifest({ ...MANIFEST, fallback: { kind: 'cname', target: long } });
    checkManifest({ ...MANIFEST, fallback: { kind: 'records', records: { [long]: 1 } } });
  });
});

/** Plans of the largest size a sandbox sends, each wide, deep or long in its own way. */
function giants(): [what: string, plan: unknown][] {
  const us = { kind: 'pool', pool: 'us' };
  const first = (of: unknown) => ({ kind: 'firstHealthy', of });
  const nested = (levels: number): unknown => (levels === 0 ? us : first([nested(levels - 1)]));
  const tree = (levels: number, width: number): unknown =>
    levels === 0 ? { kind: 'nodata' } : first(Array.from({ length: width }, () => tree(levels - 1, width)));
  const times = (count: number, text: string) =>
    Array.from({ length: count }, (_, index) => text.replace('#', String(index)));
  const text = (type: string, value: string) => ({ kind: 'records', records: { [type]: [value] } });
  return [
    ['1000 levels', nested(1000)],
    ['7 levels', nested(7)],
    ['as many choices as possible', first(Array.from({ length: 256 }, () => us))],
    ['one choice too many', first(Array.from({ length: 257 }, () => us))],
    ['2000 choices', first(Array.from({ length: 2000 }, () => us))],
    ['a tree of pairs', tree(6, 2)],
    ['a tree of fours', tree(5, 4)],
    ['empty choices', first(Array.from({ length: 200 }, () => first([])))],
    ['rotations of rotations', Array.from({ length: 1000 }).reduce((of) => ({ kind: 'rotate', of }), us)],
    [
      'many types',
      {
        kind: 'records',
        records: Object.fromEntries(times(3000, 'TYPE#').map((type) => [type, [String.raw`\# 0`]])),
      },
    ],
    ['many addresses', { kind: 'records', records: { A: times(4000, '10.0.0.#') } }],
    [
      'many sets',
      first(Array.from({ length: 250 }, () => ({ kind: 'records', records: { A: times(12, '10.0.0.#') } }))),
    ],
    ['long names', { kind: 'cname', target: 'a.'.repeat(30_000) }],
    ['names of escapes', { kind: 'cname', target: String.raw`\065`.repeat(15_000).slice(0, 50_000) }],
    ['names beyond ASCII', { kind: 'cname', target: 'é'.repeat(60_000) }],
    ['long texts', text('TXT', 'x'.repeat(60_000))],
    ['texts of blanks', text('MX', ' '.repeat(60_000))],
    ['many fields', text('HTTPS', `1 . ${'key1=a '.repeat(8000)}`)],
    ['long lists', text('SVCB', `1 . alpn=${'a,'.repeat(30_000)}`)],
    ['many quotes', text('CAA', '0 issue '.concat('"" '.repeat(12_000)))],
    ['long hexadecimal', text('TYPE65280', String.raw`\# 30000 `.concat('ab'.repeat(30_000)))],
  ];
}
