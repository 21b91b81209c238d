/** The table of states that steering reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthTable } from '../../runtime/health/table.ts';

test('What was never reported, and what nothing checks, counts as up', () => {
  const table = new HealthTable();
  assert.equal(table.isUp(table.slot('a')), true);
  assert.equal(table.isUp(-1), true);
});

test('A state is read back by slot, and a slot is for ever', () => {
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
