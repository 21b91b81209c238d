/**
 * The memo. Its law: what it remembers is what the policy would have said, for any policy that goes by
 * what it reads and any client; and it never holds more than it may.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Fact, parseFact } from '../../runtime/answer/fact.ts';
import { Facts } from '../../runtime/answer/facts.ts';
import { Memo, type PastRead, type Question } from '../../runtime/answer/memo.ts';
import { HealthTable } from '../../runtime/health/table.ts';
import type { Plan } from '../../runtime/policy/plan.ts';
import type { FactValue } from '../../runtime/rpc/plan.ts';
import { Query } from '../../runtime/wire/query.ts';
import { name } from '../support/wire.ts';
import { GEO } from './places.ts';

/** A policy as a tree: the fact it reads, and what it does for each value; a leaf names its plan. */
type Policy =
  | { readonly leaf: number }
  | { readonly fact: string; readonly by: (value: FactValue) => Policy };

let now = 0;
const facts = new Facts(GEO, new HealthTable(), () => now);

const FACTS = new Map<string, Fact>();
for (const key of ['country', 'eu', 'city', 'latitude', 'subnet', 'family'].map((fact) => `client.${fact}`)) {
  FACTS.set(key, factAt(key));
}
for (const key of ['time.hour', 'time@Asia/Tokyo.weekday']) FACTS.set(key, factAt(key));

function factAt(key: string): Fact {
  return parseFact(key, new Map()) ?? assert.fail(key);
}

/** Runs a policy: its plan, and what it read on the way. */
function run(policy: Policy): { plan: Plan; reads: PastRead[] } {
  const reads: PastRead[] = [];
  let at = policy;
  while ('fact' in at) {
    const fact = FACTS.get(at.fact) ?? assert.fail(at.fact);
    const value = facts.value(fact);
    reads.push({ fact, value });
    at = at.by(value);
  }
  return { plan: planOf(at.leaf), reads };
}

function planOf(leaf: number): Plan {
  return { kind: 'cname', target: new Uint8Array(1), ttl: leaf };
}

function client(from: string): void {
  facts.begin(new Query().clientSubnet, from);
}

function question(host = 0, type = 1, asked?: string): Question {
  const wire = name(asked ?? 'www.example.com');
  return { host, type, isWildcard: asked !== undefined, name: wire, nameLength: wire.length };
}

const policies: fc.Arbitrary<Policy> = fc.letrec<{ policy: Policy }>((tie) => ({
  policy: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.record({ leaf: fc.nat(1000) }),
    fc
      .tuple(fc.constantFrom(...FACTS.keys()), fc.array(tie('policy'), { minLength: 1, maxLength: 3 }))
      .map(([fact, branches]) => ({
        fact,
        by: (value: FactValue) => branches[String(value).length % branches.length] ?? assert.fail(),
      })),
  ),
})).policy;

const CLIENTS = [
  '198.51.100.1',
  '198.51.100.200',
  '192.0.2.1',
  '192.0.2.200',
  '203.0.113.1',
  '2001:db8:a::1',
  '::1',
];
const queries = fc.record({
  from: fc.constantFrom(...CLIENTS),
  host: fc.nat(2),
  type: fc.constantFrom(1, 28),
  hour: fc.nat(48),
  asked: fc.option(fc.constantFrom('a.example.com', 'b.example.com'), { nil: undefined }),
});

test('What is remembered is what the policy would say, and the scope is what it would read', () => {
  fc.assert(
    fc.property(
      fc.array(policies, { minLength: 3, maxLength: 3 }),
      fc.array(queries, { minLength: 30, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (hosts, asks, capacity) => {
        const memo = new Memo(capacity);
        for (const { from, host, type, hour, asked } of asks) {
          now = hour * 3_600_000;
          client(from);
          const { plan, reads } = run(hosts[host] ?? assert.fail());
          const { scope } = facts;
          client(from);
          const remembered = memo.find(question(host, type, asked), facts);
          if (remembered === undefined) memo.remember(question(host, type, asked), reads, plan);
          else assert.deepEqual([remembered, facts.scope], [plan, scope]);
          assert.ok(memo.size <= capacity, `${memo.size} leaves`);
          client(from);
          assert.deepEqual(memo.find(question(host, type, asked), facts), plan);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('A memo for no decisions remembers none', () => {
  const memo = new Memo(0);
  client(CLIENTS[0] ?? '');
  memo.remember(question(0, 1), [], planOf(1));
  assert.equal(memo.size, 0);
  assert.equal(memo.find(question(0, 1), facts), undefined);
});

test('Policies that contradict themselves confuse nobody: the memo says what was said last, within its bounds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(policies, queries), { minLength: 10, maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      (runs, capacity) => {
        const memo = new Memo(capacity);
        for (const [policy, { from, host, type, hour, asked }] of runs) {
          now = hour * 3_600_000;
          client(from);
          const { plan, reads } = run(policy);
          memo.remember(question(host, type, asked), reads, plan);
          assert.ok(memo.size <= capacity, `${memo.size} leaves`);
          assert.deepEqual(memo.find(question(host, type, asked), facts), plan);
        }
      },
    ),
    { numRuns: 200 },
  );
});

const COUNTRY = factAt('client.country');
const SUBNET = factAt('client.subnet');

/** Remembers one decision of one host for whoever is the client now. */
function remember(memo: Memo, leaf: number, read: readonly Fact[], asked = question()): void {
  memo.remember(
    asked,
    read.map((fact) => ({ fact, value: facts.value(fact) })),
    planOf(leaf),
  );
}

function leafFor(memo: Memo, from: string, asked = question()): number | undefined {
  client(from);
  const plan = memo.find(asked, facts);
  return plan?.kind === 'cname' ? plan.ttl : undefined;
}

const [FRANKFURT = '', FRANKFURT_TOO = '', ASHBURN = ''] = CLIENTS;

test('A decision that read nothing is everyone’s', () => {
  const memo = new Memo(10);
  client(FRANKFURT);
  remember(memo, 7, []);
  assert.equal(leafFor(memo, ASHBURN), 7);
  assert.equal(facts.scope, 0);
});

test('A decision is for those for whom all it read is the same', () => {
  const memo = new Memo(10);
  client(FRANKFURT);
  remember(memo, 7, [COUNTRY]);
  assert.equal(leafFor(memo, FRANKFURT_TOO), 7);
  assert.equal(leafFor(memo, ASHBURN), undefined);
});

test('Other hosts, types and names under a wildcard are other questions', () => {
  const memo = new Memo(10);
  const asked = question(1, 28, 'a.example.com');
  remember(memo, 7, [], asked);
  assert.equal(leafFor(memo, FRANKFURT, asked), 7);
  for (const other of [
    question(2, 28, 'a.example.com'),
    question(1, 1, 'a.example.com'),
    question(1, 28, 'b.example.com'),
  ]) {
    assert.equal(leafFor(memo, FRANKFURT, other), undefined);
  }
});

test('Of two questions with one hash the later takes the place of the earlier, and neither gets the other’s plan', () => {
  const memo = new Memo(10);
  const [one, other] = collision();
  remember(memo, 1, [], one);
  remember(memo, 2, [], question(9));
  remember(memo, 3, [COUNTRY], other);
  assert.deepEqual(
    [one, question(9), other].map((asked) => leafFor(memo, FRANKFURT, asked)),
    [undefined, 2, 3],
  );
  assert.equal(memo.size, 2);
});

/** Two questions, of one host each, with one FNV-1a hash. */
function collision(): readonly [Question, Question] {
  const hosts = new Map<number, number>();
  const begun = (host: number): number => Math.imul(0x811c9dc5 ^ host, 0x01000193);
  for (let host = 0; ; host += 1) {
    const other = hosts.get(begun(host) >>> 16);
    // The type, 16 bits, makes up for what differs.
    if (other !== undefined) return [question(other, 1), question(host, 1 ^ begun(other) ^ begun(host))];
    hosts.set(begun(host) >>> 16, host);
  }
}

test('A name is remembered, not the memory it stood in', () => {
  const memo = new Memo(10);
  const asked = question(0, 1, 'a.example.com');
  remember(memo, 7, [], asked);
  asked.name.fill(0x62, 1, 2);
  assert.equal(leafFor(memo, FRANKFURT, question(0, 1, 'b.example.com')), undefined);
  assert.equal(leafFor(memo, FRANKFURT, question(0, 1, 'a.example.com')), 7);
});

test('A contradiction drops all that was remembered below it, and nothing beside it', () => {
  const memo = new Memo(10);
  for (const [leaf, from] of [FRANKFURT, ASHBURN].entries()) {
    client(from);
    remember(memo, leaf, [COUNTRY, SUBNET]);
  }
  assert.equal(memo.size, 2);
  client(FRANKFURT);
  remember(memo, 9, [COUNTRY, factAt('client.city')]);
  assert.equal(memo.size, 2);
  assert.equal(leafFor(memo, FRANKFURT), 9);
  assert.equal(leafFor(memo, ASHBURN), 1);
  client(FRANKFURT);
  remember(memo, 10, []);
  assert.equal(memo.size, 1);
  assert.equal(leafFor(memo, ASHBURN), 10);
});

test('What was used since the hand last came by is spared, the rest goes first', () => {
  const memo = new Memo(3);
  const asked = [0, 1, 2, 3].map((host) => question(host));
  for (const [host, ask] of asked.slice(0, 3).entries()) remember(memo, host, [], ask);
  assert.equal(leafFor(memo, FRANKFURT, asked[0]), 0);
  remember(memo, 3, [], asked[3]);
  assert.deepEqual(
    asked.map((ask) => leafFor(memo, FRANKFURT, ask)),
    [0, undefined, 2, 3],
  );
});
