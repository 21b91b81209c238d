/** The table of states that steering reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HealthTable } from '../../runtime/health/table.ts';

test('What was never reported, and what nothing checks, counts as up', () => {
  const table = new HealthTable();
  assert.equal(table.isUp(table.slot('a')), true);
  assert.equal(table.isUp(-1), true);
});

test('A state is read back by slot, and a slot stays', () => {
  const table = new HealthTable();
  const slot = table.slot('a');
  table.set('a', 'down');
  assert.equal(table.slot('a'), slot);
  assert.equal(table.isUp(slot), false);
  table.set('a', 'up');
  assert.equal(table.isUp(slot), true);
});

test('All are up until one is down, and again once each that was down is up, however often it is told', () => {
  const table = new HealthTable();
  const told: boolean[] = [];
  for (const [id, state] of [
    ['a', 'up'],
    ['a', 'down'],
    ['b', 'down'],
    ['a', 'down'],
    ['a', 'up'],
    ['b', 'up'],
    ['b', 'up'],
  ] as const) {
    table.set(id, state);
    told.push(table.areAllUp);
  }
  assert.deepEqual(told, [true, false, false, false, false, true, true]);
});

test('States survive growth', () => {
  const table = new HealthTable();
  const ids = Array.from({ length: 1000 }, (_, index) => `target ${index}`);
  for (const [index, id] of ids.entries()) table.set(id, index % 3 === 0 ? 'down' : 'up');
  for (const [index, id] of ids.entries()) assert.equal(table.isUp(table.slot(id)), index % 3 !== 0, id);
});

test('A slot is another target’s once its own is probed no more, is served no more, and a while is over', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  const slot = table.slot('a');
  table.hold(slot);
  table.set('a', 'down');
  table.set('a', 'gone');
  assert.equal(table.isUp(slot), false, 'as long as a version that names it is served');
  table.release(slot);
  assert.deepEqual([table.isUp(slot), table.areAllUp], [true, true]);
  now = 9_999;
  assert.notEqual(table.slot('b'), slot, 'a query may still have it in hand');
  now = 10_000;
  assert.equal(table.slot('c'), slot);
  table.set('a', 'down');
  assert.equal(table.isUp(slot), true, 'who comes back has another');
  assert.equal(table.isUp(table.slot('a')), false);
});

test('A target that is declared again while its slot rests has it back', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  const slot = table.slot('a');
  for (let round = 0; round < 3; round += 1) {
    table.hold(slot);
    table.set('a', 'gone');
    table.release(slot);
    now += 5000;
    assert.equal(table.slot('a'), slot);
    table.hold(slot);
    table.set('a', 'up');
    now += 60_000;
    assert.notEqual(table.slot(`other ${round}`), slot);
    table.release(slot);
  }
});

test('What is told of a target before its zone comes is there when it does', () => {
  const table = new HealthTable(() => 1e9);
  table.set('a', 'down');
  assert.equal(table.isUp(table.slot('a')), false);
});

test('Whatever comes and goes, each target that is held or probed has a slot of its own with its own state', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const events = fc.array(
    fc.tuple(fc.constantFrom(...ids), fc.constantFrom('hold', 'release', 'up', 'down', 'gone', 'later')),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (history) => {
      let now = 0;
      const table = new HealthTable(() => now);
      const held = new Map<string, number>();
      const told = new Map<string, 'up' | 'down'>();
      for (const [id, event] of history) {
        if (event === 'later') now += 11_000;
        else if (event === 'hold' && !held.has(id)) {
          held.set(id, table.slot(id));
          table.hold(held.get(id) ?? -1);
        } else if (event === 'release' && held.has(id)) {
          table.release(held.get(id) ?? -1);
          held.delete(id);
          if (table.isUp(table.slot(id)) && !told.has(id)) told.delete(id);
        } else if (event === 'up' || event === 'down') {
          table.set(id, event);
          told.set(id, event);
        } else if (event === 'gone') {
          table.set(id, 'gone');
          if (!held.has(id)) told.delete(id);
        }
        for (const [one, slot] of held) {
          assert.equal(table.slot(one), slot, 'it keeps its slot');
          if (told.has(one)) assert.equal(table.isUp(slot), told.get(one) === 'up');
        }
        assert.equal(new Set(held.values()).size, held.size);
      }
    }),
  );
});

test('A policy that declares other targets again and again takes no more memory than for what rests', () => {
  let now = 0;
  const table = new HealthTable(() => now);
  for (let version = 0; version < 500; version += 1) {
    const ids = Array.from({ length: 100 }, (_, index) => `${version} ${index}`);
    const slots = ids.map((id) => table.slot(id));
    for (const slot of slots) table.hold(slot);
    for (const id of ids) table.set(id, 'down');
    for (const id of ids) table.set(id, 'gone');
    for (const slot of slots) table.release(slot);
    now += 1000;
  }
  assert.ok(table.size <= 1100, `${table.size} slots`);
  assert.equal(table.areAllUp, true);
});
