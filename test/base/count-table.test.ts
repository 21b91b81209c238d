/** Counts in columns and rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CountTable } from '../../runtime/base/count-table.ts';

test('Every count is what was added to it, whatever came between', () => {
  const additions = fc.array(fc.tuple(fc.nat(20), fc.nat(300), fc.integer({ min: 1, max: 9 })));
  fc.assert(
    fc.property(additions, (all) => {
      const table = new CountTable();
      const expected = new Map<string, number>();
      for (const [column, row, amount] of all) {
        table.add(column, row, amount);
        const key = `${row} ${column}`;
        expected.set(key, (expected.get(key) ?? 0) + amount);
        assert.equal(table.count(column, row), expected.get(key));
      }
      const counts = table.counts();
      assert.deepEqual(
        new Map(counts.map(({ row, column, count }) => [`${row} ${column}`, count])),
        expected,
      );
      const rows = counts.map(({ row }) => row);
      assert.deepEqual(
        rows,
        rows.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('What was never counted is 0', () => {
  assert.equal(new CountTable().count(3, 4), 0);
  assert.deepEqual(new CountTable().counts(), []);
});

test('Counts can be told part by part', () => {
  const table = new CountTable();
  for (let row = 0; row < 3000; row += 1) table.add(row % 3, row, row + 1);
  const slices = [...table.slices()];
  assert.ok(slices.length > 2);
  assert.deepEqual(slices.flat(), table.counts());
});
