/** Which messages of a sandbox are believed, and how far. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Loaded, Ran } from '../../runtime/rpc/sandbox-protocol.ts';
import { isFromSandbox, loadedProblem, ranProblem } from '../../runtime/rpc/sandbox-reply.ts';

const RAN = {
  t: 'ran',
  id: 7,
  plan: { kind: 'pool', pool: 'eu' },
  reads: [
    ['client.country', 'DE'],
    ['client.city', null],
    ['time.hour', 9],
  ],
  impure: ['random'],
  micros: 12,
};

/** An object nested to a depth, written as JSON because a policy could. */
function nested(levels: number): unknown {
  return JSON.parse(`${'{"of":'.repeat(levels)}1${'}'.repeat(levels)}`);
}

/** A decision as it might come, whatever the type says. */
function ran(changes: object): Ran {
  return { ...RAN, ...changes } as unknown as Ran;
}

/** Reads of as many clocks. */
function clocks(count: number): string[][] {
  return Array.from({ length: count }, (_, index) => [`time@zone ${index}.hour`, '9']);
}

test('Each message of the protocol is accepted', () => {
  const messages = [
    { t: 'ready', open: [], lockless: [] },
    { t: 'ready', open: ['write files'], lockless: ['use UDP'] },
    { t: 'clock', computedMs: 7_200_000.5, isOwn: false },
    { t: 'loaded', id: 1, manifest: {} },
    { t: 'loaded', id: 1, manifest: {}, micros: 1 },
    RAN,
    { t: 'failed', id: 2, reason: 'throw', message: 'Boom' },
    { t: 'failed', id: 2, reason: 'missing', message: '', stack: 'Error: Boom' },
  ];
  for (const message of messages) assert.ok(isFromSandbox(message), JSON.stringify(message));
  assert.equal(ranProblem(ran({})), undefined);
});

test('An envelope that sandbox/main.ts could not have written is not', () => {
  const messages = [
    null,
    [],
    'ready',
    {},
    { t: 'ready' },
    { t: 'ready', open: 'write files', lockless: [] },
    { t: 'ready', open: ['\u001b[2J'], lockless: [] },
    { t: 'ready', open: Array(100).fill('use UDP'), lockless: [] },
    { t: 'ready', open: [] },
    { t: 'load', id: 1 },
    { t: 'loaded' },
    { t: 'loaded', id: '1' },
    { t: 'loaded', id: 1, micros: -1 },
    { t: 'clock' },
    { t: 'clock', computedMs: '1', isOwn: true },
    { t: 'clock', computedMs: 1 },
    { ...RAN, micros: '12' },
    { ...RAN, micros: -1 },
    { t: 'failed', id: 2, reason: 'constructor', message: 'Boom' },
    { t: 'failed', id: 2, reason: 'throw' },
    { t: 'failed', id: 2, reason: 'throw', message: 'Boom', stack: 5 },
  ];
  for (const message of messages) assert.ok(!isFromSandbox(message), JSON.stringify(message));
});

test('Any JSON at all is judged without an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (plan, reads, impure) => {
      assert.equal(isFromSandbox(plan), false);
      const problem = ranProblem(ran({ plan, reads, impure }));
      assert.ok(problem === undefined || problem.startsWith('The '));
    }),
  );
});

test('A decision without a plan, its reads or its impurities is invalid', () => {
  const broken: [object, RegExp][] = [
    [{ plan: undefined }, /no plan/],
    [{ plan: 'eu' }, /no plan/],
    [{ plan: [] }, /no plan/],
    [{ plan: nested(65) }, /nested deeper than 64/],
    [{ reads: undefined }, /what it read/],
    [{ reads: [['client.country']] }, /what it read/],
    [{ reads: [[1, 'DE']] }, /what it read/],
    [{ reads: [['client.country', {}]] }, /what it read/],
    [{ reads: [['x'.repeat(1025), 'DE']] }, /what it read/],
    [{ reads: [['client.city', 'x'.repeat(1025)]] }, /what it read/],
    [{ reads: Array.from({ length: 1025 }, (_, index) => [`health.p${index}`, 'up']) }, /what it read/],
    [
      {
        reads: [
          ['time.hour', 1],
          ['client.eu', true],
          ['time.hour', 1],
        ],
      },
      /twice/,
    ],
    [{ reads: clocks(17) }, /^The decision reads the clocks of more than 16 time zones$/],
    [{ impure: undefined }, /impure/],
    [{ impure: ['toString'] }, /impure/],
    [{ impure: [5] }, /impure/],
  ];
  for (const [changes, problem] of broken) assert.match(ranProblem(ran(changes)) ?? '', problem);
});

test('Parts of the clocks of 16 zones may be read, and the health of 256 pools', () => {
  const parts = clocks(16).flatMap(([fact, value]) => [
    [fact, value],
    [fact?.replace('hour', 'date'), ''],
  ]);
  const pools = Array.from({ length: 256 }, (_, index) => [`health.p${index}`, 'up']);
  for (const reads of [parts, pools]) assert.equal(ranProblem(ran({ reads })), undefined);
});

test('A plan nested ten thousand deep is refused without following it', () => {
  assert.match(ranProblem(ran({ plan: nested(10_000) })) ?? '', /nested deeper/);
  const manifest = nested(10_000) as Loaded['manifest'];
  assert.match(loadedProblem({ t: 'loaded', id: 1, manifest }) ?? '', /nested deeper/);
});

test('A manifest is an object', () => {
  for (const manifest of [undefined, null, 5, []] as unknown as Loaded['manifest'][]) {
    assert.equal(loadedProblem({ t: 'loaded', id: 1, manifest }), 'The policy declares nothing');
  }
});
