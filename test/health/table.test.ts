/** The table of states that steering reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HealthTable } from '../../runtime/health/table.ts';

test('What was never reported, and what nothing checks, counts as up', () => {
  const table = new HealthTable();
  assert.equal(table.isUp(table.slot(7)), true);
  assert.equal(table.isUp(-1), true);
});

test('A state is read back by slot, and a slot stays', () => {
  const table = new HealthTable();
  const slot = table.slot(7);
  table.set(7, 'down');
  assert.equal(table.slot(7), slot);
  assert.equal(table.isUp(slot), false);
  table.set(7, 'up');
  assert.equal(table.isUp(slot), true);
});

test('All are up until one is down, and again once each that was down is up, however often it is told', () => {
  const table = new HealthTable();
  const told: boolean[] = [];
  for (const [target, state] of [
    [1, 'up'],
    [1, 'down'],
    [2, 'down'],
    [1, 'down'],
    [1, 'up'],
    [2, 'up'],
    [2, 'up'],
  ] as const) {
    table.set(target, state);
    told.push(table.areAllUp);
  }
  assert.deepEqual(told, [true, false, false, false, false, true, true]);
});

test('What is held is up only where held targets are taken', () => {
  const table = new HealthTable();
  const slot = table.slot(1);
  table.set(1, 'held');
  assert.deepEqual([table.isUp(slot), table.areAllUp, table.areAnyHeld], [false, false, true]);
  table.takesHeld = true;
  assert.equal(table.isUp(slot), true);
  table.set(1, 'down');
  assert.deepEqual([table.isUp(slot), table.areAnyHeld], [false, false]);
  table.takesHeld = false;
  table.set(1, 'held');
  const copy = table.asIf([], [slot]);
  assert.deepEqual([copy.isUp(slot), copy.areAllUp, copy.areAnyHeld], [true, true, false]);
  table.set(1, 'up');
  assert.deepEqual([table.isUp(slot), table.areAllUp, table.areAnyHeld], [true, true, false]);
});

test('How near a target is to a change is kept by slot, and is a change itself', () => {
  const table = new HealthTable();
  table.setNear(1, 0);
  assert.deepEqual([table.changes, table.size], [0, 0]);
  table.setNear(1, 2);
  assert.deepEqual([table.changes, table.near(table.slot(1))], [1, 2]);
  table.setNear(1, 2);
  assert.equal(table.changes, 1);
  assert.equal(table.asIf([], []).near(table.slot(1)), 2);
  table.setNear(1, 0);
  assert.deepEqual([table.changes, table.near(table.slot(1))], [2, 0]);
});

test('A copy has what is assumed beside what is known, and neither shows in the other', () => {
  const table = new HealthTable();
  const [one, two, three] = [1, 2, 3].map((target) => table.slot(target)) as [number, number, number];
  table.set(1, 'down');
  const copy = table.asIf([two], [one]);
  const states = (of: HealthTable): boolean[] => [one, two, three].map((slot) => of.isUp(slot));
  assert.deepEqual(states(copy), [true, false, true]);
  assert.deepEqual(states(table), [false, true, true]);
  table.set(3, 'down');
  assert.deepEqual(
    [states(copy), states(table)],
    [
      [true, false, true],
      [false, true, false],
    ],
  );
  assert.equal(table.asIf([], [one, three]).areAllUp, true);
  assert.equal(copy.isUp(table.slot(4)), true, 'what came later counts as up');
});

test('What is measured is known by slot, survives growth and copies, and ends with the slot', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  table.setValues(1, 10, 0.5);
  const slot = table.slot(1);
  table.hold(slot);
  assert.ok(Number.isNaN(table.measured(slot, 'latency')), 'no version named it then');
  assert.ok(Number.isNaN(table.measured(-1, 'load')));
  table.setValues(1, 10, Number.NaN);
  for (let target = 2; target < 300; target += 1) table.hold(table.slot(target));
  assert.equal(table.measured(slot, 'latency'), 10);
  assert.ok(Number.isNaN(table.measured(slot, 'load')));
  const copy = table.asIf([], []);
  table.setValues(1, 20, 3);
  assert.deepEqual([copy.measured(slot, 'latency'), table.measured(slot, 'latency')], [10, 20]);
  table.release(slot);
  now += 60_000;
  const other = table.slot(999);
  assert.equal(other, slot, 'a slot is used again');
  assert.ok(Number.isNaN(table.measured(other, 'latency')));
});

test('A value counts as a change only where somebody has gone by it', () => {
  const table = new HealthTable();
  const [one, two] = [table.slot(1), table.slot(2)];
  table.setValues(1, 10, 0.5);
  assert.equal(table.changes, 0);
  table.measured(one, 'latency');
  table.setValues(2, 10, 0.5);
  assert.equal(table.changes, 0);
  table.setValues(1, 20, 0.5);
  assert.equal(table.changes, 1);
  assert.equal(table.isUp(two), true);
});

test('States survive growth', () => {
  const table = new HealthTable();
  const targets = Array.from({ length: 1000 }, (_, index) => 1000 - index);
  for (const target of targets) table.set(target, target % 3 === 0 ? 'down' : 'up');
  for (const target of targets) assert.equal(table.isUp(table.slot(target)), target % 3 !== 0, `${target}`);
});

test('A slot is another target’s once its own is down no more, is served no more, and a while is over', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  const slot = table.slot(7);
  table.hold(slot);
  table.set(7, 'down');
  table.release(slot);
  now = 60_000;
  assert.notEqual(table.slot(8), slot, 'what is down has to be known');
  table.set(7, 'up');
  assert.deepEqual([table.isUp(slot), table.areAllUp], [true, true]);
  now = 69_999;
  assert.notEqual(table.slot(9), slot, 'a query may still have it in hand');
  now = 70_000;
  assert.equal(table.slot(10), slot);
  table.set(7, 'down');
  assert.equal(table.isUp(slot), true, 'who comes back has another');
  assert.equal(table.isUp(table.slot(7)), false);
});

test('A target that is declared again while its slot rests has it back, and the slot rests anew', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  const slot = table.slot(7);
  table.hold(slot);
  table.release(slot);
  for (let round = 0; round < 3; round += 1) {
    now += 5000;
    assert.equal(table.slot(7), slot);
    table.hold(slot);
    table.release(slot);
    now += 5000;
    assert.notEqual(table.slot(100 + round), slot, 'ten seconds after an earlier rest began');
  }
  now += 5000;
  assert.equal(table.slot(8), slot);
});

test('What is told of a target before its zone comes is there when it does', () => {
  const table = new HealthTable(() => 1e9);
  table.set(7, 'down');
  assert.equal(table.isUp(table.slot(7)), false);
});

test('Whatever comes and goes, each target that is held or down has a slot of its own with its own state', () => {
  const targets = [0, 1, 2, 256, 512];
  const events = fc.array(
    fc.tuple(fc.constantFrom(...targets), fc.constantFrom('hold', 'release', 'up', 'down', 'later')),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (history) => {
      let now = 0;
      const table = new HealthTable(() => now);
      const held = new Map<number, number>();
      const down = new Set<number>();
      for (const [target, event] of history) {
        if (event === 'later') now += 11_000;
        else if (event === 'hold' && !held.has(target)) {
          held.set(target, table.slot(target));
          table.hold(held.get(target) ?? -1);
        } else if (event === 'release' && held.has(target)) {
          table.release(held.get(target) ?? -1);
          held.delete(target);
        } else if (event === 'up' || event === 'down') {
          table.set(target, event);
          if (event === 'down') down.add(target);
          else down.delete(target);
        }
        for (const [one, slot] of held) {
          assert.equal(table.slot(one), slot, 'it keeps its slot');
          assert.equal(table.isUp(slot), !down.has(one));
        }
        for (const one of down) assert.equal(table.isUp(table.slot(one)), false);
        assert.equal(table.areAllUp, down.size === 0);
        assert.equal(new Set(held.values()).size, held.size);
      }
    }),
  );
});

test('A policy that declares other targets again and again takes no more memory than for what rests', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  for (let version = 0; version < 500; version += 1) {
    const targets = Array.from({ length: 100 }, (_, index) => 100 * version + index);
    const slots = targets.map((target) => table.slot(target));
    for (const slot of slots) table.hold(slot);
    for (const target of targets) table.set(target, 'down');
    for (const slot of slots) table.release(slot);
    for (const target of targets) table.set(target, 'up');
    now += 1000;
  }
  assert.ok(table.size <= 1100, `${table.size} slots`);
  assert.equal(table.areAllUp, true);
});

test('Whatever is marked, owned slots keep what they were marked with, and the table knows whether all is well', () => {
  const events = fc.array(
    fc.tuple(
      fc.nat(5),
      fc.constantFrom('own', 'disown', 'up', 'down', 'out', 'half', 'probed down', 'probed up', 'later'),
    ),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(events, (history) => {
      let now = 0;
      const table = new HealthTable(() => now);
      const owned = new Map<number, { readonly slot: number; mark: string }>();
      const down = new Set<number>();
      for (const [which, event] of history) {
        const own = owned.get(which);
        if (event === 'later') now += 11_000;
        else if (event.startsWith('probed')) {
          table.set(which, event === 'probed up' ? 'up' : 'down');
          if (event === 'probed up') down.delete(which);
          else down.add(which);
        } else if (event === 'own') {
          if (own === undefined) owned.set(which, { slot: table.own(), mark: 'up' });
        } else if (own !== undefined && event === 'disown') {
          table.disown(own.slot);
          owned.delete(which);
        } else if (own !== undefined) {
          if (event === 'half') table.mark(own.slot, 'up', 0.5);
          else table.mark(own.slot, event as 'up' | 'down' | 'out');
          own.mark = event;
        }
        const marks = [...owned.values()];
        assert.equal(new Set(marks.map(({ slot }) => slot)).size, marks.length, 'each has its own');
        for (const { slot, mark } of marks)
          assert.deepEqual(
            [table.isUp(slot), table.isOut(slot), table.share(slot)],
            [mark === 'up' || mark === 'half', mark === 'out', mark === 'half' ? 0.5 : 1],
          );
        for (const target of down) assert.equal(table.isUp(table.slot(target)), false);
        assert.equal(table.areAllUp, down.size === 0 && marks.every(({ mark }) => mark === 'up'));
        assert.equal(
          table.arePartial,
          marks.some(({ mark }) => mark === 'half'),
        );
      }
    }),
  );
});

test('Who follows a slot hears of each change, until that ends', () => {
  const table = new HealthTable();
  const heard: string[] = [];
  const slot = table.slot(7);
  const end = table.follow(slot, { changed: (one) => heard.push(`${one} ${table.isUp(one)}`) });
  for (const state of ['down', 'down', 'up'] as const) table.set(7, state);
  table.set(8, 'down');
  end();
  table.set(7, 'down');
  assert.deepEqual(heard, [`${slot} false`, `${slot} true`]);
});
