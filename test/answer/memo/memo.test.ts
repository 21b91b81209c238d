/**
 * The memo by itself: what it remembers for whom, what it forgets first, and that it knows what it takes.
 * Its law is in memo-law.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Fact, parseFact } from '../../../runtime/answer/facts/fact.ts';
import { Facts } from '../../../runtime/answer/facts/facts.ts';
import { Memo } from '../../../runtime/answer/memo/memo.ts';
import { type MemoQuestion, nameHash } from '../../../runtime/answer/memo/memo-node.ts';
import { MemoSpace } from '../../../runtime/answer/memo/memo-space.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { Plan } from '../../../runtime/plan/plan.ts';
import { Query } from '../../../runtime/wire/query.ts';
import { name } from '../../support/wire.ts';
import { GEO } from '../places.ts';

const facts = new Facts(GEO, new HealthTable(), () => 0);
const [FRANKFURT, FRANKFURT_TOO, ASHBURN, PARIS] = [
  '198.51.100.1',
  '198.51.100.200',
  '192.0.2.1',
  '203.0.113.1',
];
const [SYDNEY, NOWHERE] = ['2001:db8:a::1', '::1'];
const [COUNTRY, SUBNET, CITY] = [factAt('client.country'), factAt('client.subnet'), factAt('client.city')];
const [NAME, TYPE] = [factAt('query.name'), factAt('query.type')];

function factAt(key: string): Fact {
  return parseFact(key, new Map()) ?? assert.fail(key);
}

function memoOf(leaves: number, octets = 1_000_000): Memo {
  return new Memo(new MemoSpace({ leaves, policyOctets: octets, octets: 1_000_000 }));
}

function planOf(leaf: number): Plan {
  return { kind: 'cname', target: new Uint8Array(1), ttl: leaf };
}

function client(from: string): void {
  facts.begin(new Query().clientSubnet, { address: from });
}

function question(host = 0, type = 1, asked?: string): MemoQuestion {
  const wire = name(asked ?? 'www.example.com');
  return { host, type, isWildcard: asked !== undefined, name: wire, nameLength: wire.length };
}

/** Remembers one decision of one host for whoever is the client now. */
function remember(memo: Memo, leaf: number, read: readonly Fact[], asked = question()) {
  const reads = read.map((fact) => ({ fact, value: facts.value(fact) }));
  return memo.remember(asked, reads, planOf(leaf));
}

function leafFor(memo: Memo, from: string, asked = question()): number | undefined {
  client(from);
  const plan = memo.find(asked, facts)?.plan;
  return plan?.kind === 'cname' ? plan.ttl : undefined;
}

test('A memo for no decisions remembers none', () => {
  const memo = memoOf(0);
  client(FRANKFURT);
  remember(memo, 1, []);
  assert.equal(memo.size, 0);
  assert.equal(memo.find(question(), facts), undefined);
});

test('A decision that read nothing is everyone’s, of whatever type and name', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  remember(memo, 7, [], question(0, 1, 'a.example.com'));
  assert.equal(leafFor(memo, ASHBURN, question(0, 28, 'b.example.com')), 7);
  assert.equal(facts.scope, 0);
  assert.equal(leafFor(memo, ASHBURN, question(1)), undefined, 'of that host');
});

test('A decision is for those for whom all it read is the same', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  remember(memo, 7, [COUNTRY]);
  assert.equal(leafFor(memo, FRANKFURT_TOO), 7);
  assert.equal(leafFor(memo, ASHBURN), undefined);
});

test('Countries that a policy compares with no text, or with texts it treats alike, have one decision', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  remember(memo, 7, [factAt('client.country~DE,FR|AT')]);
  assert.equal(leafFor(memo, PARIS), 7);
  assert.equal(leafFor(memo, ASHBURN), undefined);
  remember(memo, 8, [factAt('client.country~DE,FR|AT')]);
  assert.deepEqual([leafFor(memo, SYDNEY), memo.size], [8, 2]);
  assert.equal(leafFor(memo, NOWHERE), undefined, 'what is not known is like no country');
});

test('A plan that many decisions have takes memory once, and gives it back with the last of them', () => {
  const large = (): Plan => ({ kind: 'cname', target: new Uint8Array(100_000), ttl: 1 });
  const memo = memoOf(3);
  const decide = (from: string): void => {
    client(from);
    memo.remember(question(), [{ fact: COUNTRY, value: facts.value(COUNTRY) }], large());
  };
  for (const from of [FRANKFURT, ASHBURN, PARIS]) decide(from);
  assert.ok(memo.octets > 100_000 && memo.octets < 105_000, String(memo.octets));
  const [one, other] = [FRANKFURT, PARIS].map((from) => {
    client(from);
    return memo.find(question(), facts)?.plan;
  });
  assert.equal(one, other);
  decide(SYDNEY);
  assert.equal(memo.size, 3, 'one had to go');
  assert.ok(memo.octets < 105_000);
  for (let left = 3; left > 0; left -= 1) memo.evict();
  assert.deepEqual([memo.size, memo.octets, memo.space.octets], [0, 0, 0]);
});

test('Other types and names are other questions, if they were read', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  const asked = question(1, 28, 'a.example.com');
  remember(memo, 7, [TYPE, NAME], asked);
  assert.equal(leafFor(memo, FRANKFURT, asked), 7);
  for (const other of [
    question(2, 28, 'a.example.com'),
    question(1, 1, 'a.example.com'),
    question(1, 28, 'b.example.com'),
  ]) {
    assert.equal(leafFor(memo, FRANKFURT, other), undefined);
  }
});

/** Two names that meet: where hashes begin nobody knows beforehand. */
function withOneHash(): [MemoQuestion, MemoQuestion] {
  // Scattered, for neighbours never meet.
  const labelOf = (index: number) => (Math.imul(index, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0');
  const questionOf = (index: number) => question(0, 1, `${labelOf(index)}.example.com`);
  const asked = questionOf(0);
  const seen = new Map<number, number>();
  for (let index = 0; ; index += 1) {
    asked.name.set(Buffer.from(labelOf(index), 'latin1'), 1);
    const hash = nameHash(asked);
    const before = seen.get(hash);
    if (before !== undefined) return [questionOf(before), questionOf(index)];
    seen.set(hash, index);
  }
}

test('Of two names with one hash the later takes the place of the earlier, and neither gets the other’s plan', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  const [one, other] = withOneHash();
  assert.equal(nameHash(one), nameHash(other));
  remember(memo, 1, [NAME, COUNTRY], one);
  remember(memo, 2, [NAME], question(0, 1, 'x.example.com'));
  const before = memo.octets;
  assert.equal(remember(memo, 3, [NAME], other), undefined, 'no contradiction');
  assert.deepEqual(
    [one, question(0, 1, 'x.example.com'), other].map((asked) => leafFor(memo, FRANKFURT, asked)),
    [undefined, 2, 3],
  );
  assert.equal(memo.size, 2);
  assert.ok(memo.octets < before + 1000);
});

test('A name is remembered, not the memory it stood in', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  const asked = question(0, 1, 'a.example.com');
  remember(memo, 7, [NAME], asked);
  asked.name.fill(0x62, 1, 2);
  assert.equal(leafFor(memo, FRANKFURT, question(0, 1, 'b.example.com')), undefined);
  assert.equal(leafFor(memo, FRANKFURT, question(0, 1, 'a.example.com')), 7);
});

test('What was decided before is told from a contradiction, which changes nothing', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  assert.equal(remember(memo, 7, [COUNTRY, SUBNET]), undefined);
  const { octets } = memo;
  assert.equal(remember(memo, 7, [COUNTRY, SUBNET]), undefined);
  const contradictions = [
    [remember(memo, 8, [COUNTRY, SUBNET]), 'plan', /now decided cname\(\.\), and cname\(\.\) before/],
    [remember(memo, 7, [COUNTRY, CITY]), 'facts', /read "client.city", and "client.subnet" before/],
    [remember(memo, 7, [COUNTRY]), 'facts', /read nothing more, and "client.subnet" before/],
    [remember(memo, 7, [COUNTRY, SUBNET, CITY]), 'facts', /read "client.city", and nothing more before/],
    [remember(memo, 7, []), 'facts', /read nothing more, and "client.country" before/],
  ] as const;
  for (const [found, what, detail] of contradictions) {
    assert.ok(typeof found === 'object');
    assert.equal(found.what, what);
    assert.match(found.detail, detail);
  }
  assert.deepEqual([memo.size, memo.octets, leafFor(memo, FRANKFURT)], [1, octets, 7]);
});

test('What was used since the hand last came by is spared, the rest goes first, the oldest of it', () => {
  const memo = memoOf(3);
  client(FRANKFURT);
  const asked = [0, 1, 2, 3, 4].map((host) => question(host));
  const there = (): number[] => asked.flatMap((ask) => leafFor(memo, FRANKFURT, ask) ?? []);
  for (const host of [0, 1, 2]) remember(memo, host, [], asked[host]);
  assert.equal(leafFor(memo, FRANKFURT, asked[0]), 0);
  remember(memo, 3, [], asked[3]);
  assert.deepEqual(there(), [0, 2, 3]);
  // All of them were used just now, so the oldest goes.
  remember(memo, 4, [], asked[4]);
  assert.equal(memo.size, 3);
  assert.equal(there().includes(4), true);
  assert.equal(memo.space.evictions, 2);
});

test('A decision that would take too much is not remembered, and says so', () => {
  const memo = memoOf(10, 10_000);
  const plan: Plan = {
    kind: 'records',
    sets: [{ type: 1, ttl: 30, rdatas: Array.from({ length: 10 }, () => new Uint8Array(4)), slots: [] }],
  };
  assert.equal(memo.remember(question(), [], plan), 'size');
  assert.equal(memo.octets, 0);
  assert.equal(memo.remember(question(), [], planOf(1)), undefined);
});

/** Random decisions of some clients; what each read is settled by its host, so that none contradicts another. */
const decisions = fc.array(
  fc.record({
    host: fc.nat(3),
    type: fc.constantFrom(1, 16),
    label: fc.constantFrom('a', 'bb', 'ccc'),
    from: fc.constantFrom(FRANKFURT, FRANKFURT_TOO, ASHBURN, PARIS, '192.0.2.200', '2001:db8:a::1', '::1'),
  }),
  { minLength: 10, maxLength: 80 },
);
const READS = [[COUNTRY, SUBNET], [TYPE, SUBNET, NAME], [NAME, CITY], [SUBNET]];

test('However much comes, it stays within its bounds, and what is forgotten takes nothing', () => {
  fc.assert(
    fc.property(
      decisions,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 20_000, max: 60_000 }),
      (all, leaves, octets) => {
        const memo = memoOf(leaves, octets);
        for (const { host, type, label, from } of all) {
          client(from);
          const asked = question(host, type, `${label}.example.com`);
          assert.equal(remember(memo, host, READS[host] ?? [], asked), undefined);
          assert.ok(memo.size <= leaves && memo.octets <= octets);
          assert.equal(memo.octets, memo.space.octets);
          assert.equal(leafFor(memo, from, asked), host, 'what was said last is there');
        }
        while (memo.size > 0) memo.evict();
        assert.equal(memo.octets, 0);
      },
    ),
    { numRuns: 100 },
  );
});

test('A memo that is retired is empty, takes nothing, and stays so', () => {
  const memo = memoOf(10);
  client(FRANKFURT);
  remember(memo, 7, [COUNTRY, SUBNET]);
  memo.retire();
  remember(memo, 7, [COUNTRY, SUBNET]);
  assert.deepEqual([memo.isOn, memo.size, memo.octets, memo.space.octets], [false, 0, 0, 0]);
  assert.equal(leafFor(memo, FRANKFURT), undefined);
  assert.equal(memo.gap(question(), facts), undefined);
});
