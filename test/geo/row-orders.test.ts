/** Which rows of latencies are alike to a choice of the least. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowOrders } from '../../runtime/geo/latency/row-orders.ts';

const NONE = Number.NaN;

test('Rows are alike where the same pools have values in the same order', () => {
  const rows = [
    [5, 9, NONE],
    [50, 51, NONE],
    [9, 5, NONE],
    [5, 5, NONE],
    [5, 9, 1],
    [NONE, NONE, NONE],
    [7, 7, NONE],
  ];
  assert.deepEqual([...rowOrders(Float32Array.from(rows.flat()), 3)], [0, 0, 1, 2, 3, 4, 2]);
  assert.deepEqual([...rowOrders(new Float32Array(), 0)], []);
});

test('Of rows that are alike, any pools that take part have the same least', () => {
  const columns = 4;
  const row = fc.array(fc.constantFrom(NONE, 0, 1, 2, 3), { minLength: columns, maxLength: columns });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (rows) => {
      const orders = rowOrders(Float32Array.from(rows.flat()), columns);
      for (const [one, values] of rows.entries()) {
        for (const [other, others] of rows.entries()) {
          const leasts = SETS.map((set) => [leastOf(values, set), leastOf(others, set)] as const);
          const isAlike = leasts.every(([mine, theirs]) => mine === theirs);
          if (orders[one] === orders[other]) assert.ok(isAlike, `${values.join()} and ${others.join()}`);
        }
      }
    }),
  );
});

/** All sets of columns, as bits. */
const SETS = Array.from({ length: 16 }, (_, set) => set);

/** The first column of a set with the least value. */
function leastOf(row: readonly number[], set: number): number {
  let best = -1;
  for (const [column, value] of row.entries())
    if ((set >> column) % 2 === 1 && value < (row[best] ?? Number.POSITIVE_INFINITY)) best = column;
  return best;
}
