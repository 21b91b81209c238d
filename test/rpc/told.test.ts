/** Decisions by their numbers: what was told once is known again, and nothing else is believed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST_READS } from '../../runtime/rpc/plan.ts';
import {
  MOST_TOLD,
  readsBefore,
  readsOf,
  readTold,
  TOLD_NUMBERS,
  ToldDecisions,
  toldText,
} from '../../runtime/rpc/told.ts';
import { FACTS } from '../runner/guests.ts';

const QUESTION = { host: 'www', name: 'www.example.com', type: 'AAAA', facts: FACTS };
const DECISION = {
  plan: { kind: 'pool', pool: 'eu' },
  reads: [['query.name'], ['query.type'], ['client.ip'], ['client.subnet'], ['client.family']],
  impure: ['client.ip'],
};

/** A decision, with some of it changed, as a sandbox tells it first. */
function first(changes: object = {}): string {
  return `7 12 3${JSON.stringify({ ...DECISION, ...changes })}`;
}

test('A decision is told with its number once, and then by its number', () => {
  const decisions = new ToldDecisions();
  const told = decisions.read(first());
  const again = decisions.read('8 15 3');
  assert.ok(told && again);
  assert.deepEqual([told.id, told.micros, again.id, again.micros], [7, 12, 8, 15]);
  assert.equal(again.decision, told.decision);
  assert.equal(told.decision.problem, undefined);
});

test('A number may be given to another decision', () => {
  const decisions = new ToldDecisions();
  decisions.read(first());
  decisions.read(first({ plan: { kind: 'nodata' } }));
  assert.deepEqual(decisions.read('8 15 3')?.decision.plan, { kind: 'nodata' });
});

test('What was read of the query had the value that was sent', () => {
  const reads = [...DECISION.reads, ['client.country'], ['client.city'], ['health.eu', 'up']];
  const told = new ToldDecisions().read(first({ reads }));
  assert.ok(told);
  assert.deepEqual(readsOf(told.decision, QUESTION), [
    ['query.name', 'www.example.com'],
    ['query.type', 'AAAA'],
    ['client.ip', '192.0.2.1'],
    ['client.subnet', '192.0.2.0/24'],
    ['client.family', 4],
    ['client.country', 'DE'],
    ['client.city', null],
    ['health.eu', 'up'],
  ]);
});

test('What a run had read before it failed is believed if it is reads, and nothing else is', () => {
  assert.deepEqual(readsBefore([['client.country'], ['time.hour', 3]], QUESTION), [
    ['client.country', 'DE'],
    ['time.hour', 3],
  ]);
  assert.deepEqual(readsBefore([], QUESTION), []);
  for (const said of [
    undefined,
    null,
    'client.country',
    {},
    ['client.country'],
    [['health.eu']],
    [['time.hour', {}]],
    [['time.hour', 3, 4]],
    [
      ['time.hour', 3],
      ['time.hour', 4],
    ],
    [['x'.repeat(2000), 3]],
    Array.from({ length: MOST_READS + 1 }, (_, index) => [`health.p${index}`, 'up']),
  ])
    assert.equal(readsBefore(said, QUESTION), undefined, JSON.stringify(said));
});

test('Values are only left out of what was sent', () => {
  for (const fact of [
    'health.eu',
    'time.hour',
    'client.__proto__',
    'client.constructor',
    'query.',
    'place',
    5,
  ]) {
    const told = new ToldDecisions().read(first({ reads: [[fact]] }));
    assert.equal(told?.decision.problem, 'The decision does not say what it read', String(fact));
  }
});

test('What is no decision is believed in nothing', () => {
  const broken = [
    { plan: 5 },
    { reads: 5 },
    { reads: [['client.ip'], ['client.ip']] },
    { impure: ['chance'] },
  ];
  for (const changes of broken) {
    const told = new ToldDecisions().read(first(changes));
    assert.match(told?.decision.problem ?? '', /^The decision/, JSON.stringify(changes));
  }
});

test('Lines that the sandbox’s own code could not have written are refused', () => {
  const decisions = new ToldDecisions();
  assert.ok(decisions.read(first()));
  const long = 'x'.repeat(MOST_TOLD);
  const lines = [
    '',
    ' ',
    '8',
    '8 15',
    '8 15 ',
    '8 15 4',
    '8  3',
    ' 15 3',
    '-8 15 3',
    '8 -15 3',
    '8 15 -3',
    '8.5 15 3',
    '8,15,3',
    '8 15 3 ',
    '8 15 3null',
    '8 15 35',
    '8 15 3[',
    '8 15 3"{}"',
    `8 15 ${TOLD_NUMBERS}{}`,
    '8 99999999999 3',
    `8 15 3{"plan":{"kind":"${long}"},"reads":[],"impure":[]}`,
    `9999999999999999 15 3`,
    `8 15 3{"plan":${'['.repeat(400)}`,
  ];
  for (const line of lines) assert.equal(decisions.read(line), undefined, line);
});

test('Any text at all is judged without an exception, and what is kept is bounded', () => {
  const decisions = new ToldDecisions();
  const part = fc.oneof(
    fc.nat(3000),
    fc.constantFrom('', '-', '1e9', ' ', '\0', '٣'),
    fc.jsonValue().map((json) => JSON.stringify(json)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.constantFrom(' ', ''), (parts, between) => {
      const told = decisions.read(parts.join(between));
      if (told === undefined) return;
      assert.ok(Number.isSafeInteger(told.id) && Number.isSafeInteger(told.micros));
      if (told.decision.problem === undefined) readsOf(told.decision, QUESTION);
    }),
  );
});

test('A frame has a line for each run, and no more than can be on their way', () => {
  const clock = { t: 'clock', computedMs: 12.345, isOwn: false };
  assert.deepEqual(readTold(toldText(12.345, '1 2 3\n4 5 6')), [clock, '1 2 3', '4 5 6']);
  for (const text of [
    't',
    't\n',
    't12',
    't1.5\n1 2 3',
    't-1\n1 2 3',
    'tx\n1 2 3',
    `t1${'\n'.repeat(100_000)}`,
  ])
    assert.equal(readTold(text), undefined);
});
