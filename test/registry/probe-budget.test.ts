/** How many probes a second zones may declare together, and whose version is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { combine } from '../../runtime/health/combination.ts';
import type { Target } from '../../runtime/health/target.ts';
import { ProbeBudget } from '../../runtime/registry/probe-budget.ts';

function targets(ids: readonly string[], intervalMs = 1000): Target[] {
  const timing = { intervalMs, timeoutMs: 500, rise: 2, fall: 3 };
  return ids.map((id) => ({ id, type: 'tcp', address: '192.0.2.10', port: 443, ...timing }));
}

const many = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => prefix + index);

test('What raises the sum above the bound is refused, with the sum and whose most of it is', () => {
  const budget = new ProbeBudget(2000);
  budget.declare('big.example', targets(many('b', 1900)));
  assert.equal(budget.problemOf('a.example', targets(many('a', 100)), 'a.ts'), undefined);
  const problem = budget.problemOf('a.example', targets(many('a', 101)), 'policies/a.example.ts');
  assert.equal(
    problem?.message,
    'Health checks of all zones would come to 2001 probes a second, 101 of them of this zone; 2000 are possible. Most are of big.example: 1900',
  );
  assert.deepEqual([problem.file, problem.severity], ['policies/a.example.ts', 'error']);
  const own = budget.problemOf('big.example', targets(many('c', 2001)), 'big.ts');
  assert.match(own?.message ?? '', /come to 2001 .* Most are of this zone: 2001$/);
  assert.match(own?.remedy ?? '', /health\.probesPerSecond/);
});

test('Targets that two zones declare count once, and those of a zone that goes no more', () => {
  const budget = new ProbeBudget(10);
  budget.declare('a.example', targets(many('t', 10)));
  assert.equal(budget.problemOf('b.example', targets(many('t', 10)), ''), undefined);
  budget.declare('b.example', targets(many('t', 10)));
  budget.declare('a.example', []);
  assert.notEqual(budget.problemOf('c.example', targets(['c']), ''), undefined);
  budget.declare('b.example', []);
  assert.equal(budget.problemOf('c.example', targets(many('c', 10)), ''), undefined);
});

test('Rarely probed is cheap: ten thousand targets every ten seconds are a thousand probes', () => {
  const budget = new ProbeBudget(1000);
  assert.equal(budget.problemOf('a.example', targets(many('a', 10_000), 10_000), ''), undefined);
  assert.notEqual(budget.problemOf('a.example', targets(many('a', 10_001), 9999), ''), undefined);
});

test('A bound that was lowered refuses what would raise the sum, and nothing that lowers it', () => {
  const budget = new ProbeBudget(100);
  budget.declare('a.example', targets(many('a', 80)));
  budget.most = 50;
  assert.equal(budget.problemOf('a.example', targets(many('a', 70)), ''), undefined);
  assert.notEqual(budget.problemOf('a.example', targets(many('a', 81)), ''), undefined);
});

test('The sum is that of all different targets, whatever was declared and taken back before', () => {
  const declared = fc.record({
    zone: fc.constantFrom('a', 'b', 'c'),
    ids: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5', '6', '7'), { maxLength: 7 }),
  });
  fc.assert(
    fc.property(fc.array(declared, { maxLength: 20 }), declared, (history, next) => {
      const budget = new ProbeBudget(1000);
      const zones = new Map<string, readonly string[]>();
      for (const { zone, ids } of history) {
        budget.declare(zone, targets(ids, 7000));
        zones.set(zone, ids);
      }
      const before = new Set([...zones.values()].flat()).size;
      zones.set(next.zone, next.ids);
      const after = new Set([...zones.values()].flat()).size;
      // In sevenths, and a little more or less: every seven seconds is once in seven.
      budget.most = (after - 0.5) / 7;
      const problem = budget.problemOf(next.zone, targets(next.ids, 7000), '');
      assert.equal(problem !== undefined, after > before);
    }),
  );
});

const TARGET = {
  type: 'tcp',
  address: '192.0.2.1',
  port: 1,
  intervalMs: 1000,
  timeoutMs: 500,
  rise: 1,
  fall: 1,
};

test('The zones of a team share its probes, however they are split; a manifest of less is beyond at once', () => {
  const limits = (value: number) => [
    { source: '_team.yaml', probesPerSecond: { key: 'checks.probesPerSecond', at: '_team.yaml:2', value } },
  ];
  const target = (id: string) => ({
    ...TARGET,
    id,
  });
  const budget = new ProbeBudget(1000);
  const two = [target('a'), target('b')];
  assert.equal(budget.problemOf('a.example', two, 'a.example.ts', limits(3)), undefined);
  budget.declare('a.example', two, limits(3));
  assert.match(
    budget.problemOf('b.example', [target('c'), target('d')], 'b.example.ts', limits(3))?.message ?? '',
    /^Health checks of the folder: "4 probes a second" is beyond "checks\.probesPerSecond" \(_team\.yaml:2\)$/,
  );
  assert.equal(
    budget.problemOf('b.example', [target('b'), target('c')], 'b.example.ts', limits(3)),
    undefined,
  );
  assert.equal(budget.problemOf('c.example', [target('e'), target('f')], 'c.example.ts'), undefined);
  assert.ok(budget.problemOf('a.example', two, 'a.example.ts', limits(1)));
  budget.declare('a.example', two);
  assert.equal(
    budget.problemOf('b.example', [target('c'), target('d')], 'b.example.ts', limits(3)),
    undefined,
  );
});

test('What is pushed is no probe, and what counts together is as many as its parts', () => {
  const budget = new ProbeBudget(2);
  const pushed = { ...TARGET, type: 'push', id: 'p' };
  const three = ['a', 'b', 'c'].map((id) => ({ ...TARGET, id }));
  assert.equal(budget.problemOf('a.example', [pushed, pushed, pushed], 'a.example.ts'), undefined);
  const two = combine('all', 2, three.slice(0, 2));
  assert.equal(budget.problemOf('a.example', [two, combine('not', 1, [two])], 'a.example.ts'), undefined);
  assert.match(
    budget.problemOf('a.example', [combine('any', 1, three)], 'a.example.ts')?.message ?? '',
    /^Health checks of all zones would come to 3 probes a second/,
  );
});
