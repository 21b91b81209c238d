/** Checks that count together: what follows from their parts, who is probed, and who is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  combine,
  combinedState,
  type HealthSubject,
  isCombination,
} from '../../runtime/health/combination.ts';
import type { StateChange } from '../../runtime/health/health-listeners.ts';
import { HealthMonitor } from '../../runtime/health/monitor.ts';
import type { Probe } from '../../runtime/health/probe.ts';
import type { Target, TargetState } from '../../runtime/health/target.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

const OWNER = 'example.com';

function target(id: string): Target {
  const timing = { intervalMs: 10_000, timeoutMs: 5000, rise: 1, fall: 1 };
  return { id, type: 'tcp', address: '192.0.2.10', port: 443, ...timing };
}

const [A, B, C] = ['a', 'b', 'c'].map(target) as [Target, Target, Target];

for (const [type, need, states, expected] of [
  ['all', 2, 'up up', 'up'],
  ['all', 2, 'up down', 'down'],
  ['all', 2, 'up unknown', 'unknown'],
  ['all', 2, 'down unknown', 'down'],
  ['any', 1, 'down down', 'down'],
  ['any', 1, 'up unknown', 'up'],
  ['any', 1, 'down unknown', 'unknown'],
  ['atLeast', 2, 'up up down', 'up'],
  ['atLeast', 2, 'up down down', 'down'],
  ['atLeast', 2, 'up down unknown', 'unknown'],
  ['not', 1, 'up', 'down'],
  ['not', 1, 'down', 'up'],
  ['not', 1, 'unknown', 'unknown'],
] as const) {
  test(`${type} ${need} of ${states} is ${expected}`, () => {
    const all = states.split(' ') as TargetState[];
    const combination = combine(
      type,
      need,
      all.map((_, index) => target(String(index))),
    );
    assert.equal(
      combinedState(combination, (id) => all[Number(id)] ?? 'unknown'),
      expected,
    );
  });
}

const trees = fc.letrec<{ tree: HealthSubject; leaf: HealthSubject }>((tie) => ({
  leaf: fc.constantFrom<HealthSubject>(A, B, C),
  tree: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc
      .tuple(
        fc.constantFrom('all', 'any', 'atLeast', 'not'),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      )
      .map(([type, of]) =>
        type === 'not'
          ? combine(type, 1, of.slice(0, 1))
          : combine(type, type === 'all' ? of.length : type === 'any' ? 1 : Math.ceil(of.length / 2), of),
      ),
  ),
})).tree;

test('What is not known yet is unknown only where it decides', () => {
  const states = fc.record({
    a: fc.constantFrom<TargetState>('up', 'down', 'unknown'),
    b: fc.constantFrom<TargetState>('up', 'down', 'unknown'),
    c: fc.constantFrom<TargetState>('up', 'down', 'unknown'),
  });
  fc.assert(
    fc.property(trees, states, (tree, known) => {
      const said = combinedState(tree, (id) => known[id as 'a']);
      for (const unknown of ['up', 'down'] as const) {
        const later = combinedState(tree, (id) =>
          known[id as 'a'] === 'unknown' ? unknown : known[id as 'a'],
        );
        assert.notEqual(later, 'unknown');
        if (said !== 'unknown') assert.equal(later, said);
      }
    }),
  );
});

function monitored() {
  const clock = new HandClock();
  const failing = new Set<string>();
  const probed: string[] = [];
  const probe: Probe = async ({ id }) => {
    probed.push(id);
    return failing.has(id)
      ? { ok: false, elapsedMs: 7, problem: 'Connection refused' }
      : { ok: true, elapsedMs: 3 };
  };
  const monitor = new HealthMonitor({ probe, clock, random: () => 0.5 });
  const changes: StateChange[] = [];
  monitor.onChange((change) => changes.push(change));
  /** What answer processes go by. */
  const served = () =>
    changes
      .splice(0)
      .filter(({ isPart }) => isPart !== true)
      .map(({ id, state }) => `${id} ${state}`);
  return { clock, failing, probed, changes, served, monitor };
}

test('A combination follows its parts; a part that nothing else goes by is nobody’s news', async () => {
  const { monitor, clock, failing, served, probed } = monitored();
  const any = combine('any', 1, [A, B]);
  failing.add('a');
  monitor.declare(OWNER, [any]);
  await settled();
  assert.deepEqual(served(), ['any(a; b) unknown', 'any(a; b) up']);
  assert.deepEqual(probed, ['a', 'b']);
  failing.add('b');
  await clock.advance(10_000);
  assert.deepEqual(served(), ['any(a; b) down']);
  failing.delete('a');
  await clock.advance(10_000);
  assert.deepEqual(served(), ['any(a; b) up']);
  assert.deepEqual([...monitor.states()], [['any(a; b)', 'up']]);
  monitor.declare(OWNER, []);
  assert.deepEqual(served(), ['any(a; b) gone']);
  assert.deepEqual(monitor.snapshot(), []);
});

test('Two owners share parts and combinations, until neither declares them', async () => {
  const { monitor, served, probed } = monitored();
  const all = combine('all', 2, [A, B]);
  monitor.declare('one', [all, A]);
  monitor.declare('two', [all, combine('not', 1, [B])]);
  await settled();
  assert.deepEqual(probed, ['a', 'b']);
  monitor.declare('one', []);
  assert.deepEqual(served().slice(-1), ['a gone'], 'nobody goes by a itself any more');
  assert.deepEqual(Object.fromEntries(monitor.states()), { 'all(a; b)': 'up', 'not(b)': 'down' });
  monitor.declare('two', [A]);
  assert.deepEqual(served(), ['all(a; b) gone', 'not(b) gone', 'a up']);
  assert.deepEqual(probed, ['a', 'b'], 'what goes on is not probed anew');
});

test('What a new version combines of known targets is known at once', async () => {
  const { monitor, failing, changes } = monitored();
  failing.add('a');
  monitor.declare(OWNER, [A, B]);
  await settled();
  changes.length = 0;
  const all = combine('all', 2, [A, B]);
  monitor.declare(OWNER, [A, B, all]);
  assert.deepEqual(changes, [
    { id: all.id, state: 'down', problem: undefined, owner: OWNER, isRecalled: true },
  ]);
});

test('A report of a combination has those of its parts, and says which is to blame', async () => {
  const { monitor, failing } = monitored();
  failing.add('b');
  const tree = combine('all', 2, [A, combine('not', 1, [combine('any', 1, [B, C])])]);
  monitor.declare(OWNER, [tree]);
  await settled();
  const found = monitor.snapshot().find(({ id }) => id === tree.id) ?? assert.fail();
  const { type, address, state, problem, of = [] } = found;
  assert.deepEqual(
    [type, address, state, problem],
    ['all', '2 of 2', 'down', 'not any 1 of 2: any 1 of 2: up'],
  );
  assert.deepEqual(
    of.map((one) => [one.type, one.state]),
    [
      ['tcp', 'up'],
      ['not', 'down'],
    ],
  );
  assert.equal(found.owners[0], OWNER);
  assert.ok(isCombination(tree) && found.probed.startsWith('all(tcp://192.0.2.10:443; not('));
});
