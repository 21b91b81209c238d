/** What follows from the row of a counter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram } from '../../runtime/base/meter.ts';
import {
  heldOf,
  namedForStatus,
  namedForTotals,
  noneOf,
  pastOf,
  type Rows,
  sumOf,
  valuesOf,
} from '../../runtime/rpc/counter-rows.ts';

const ROWS = {
  asked: { kind: 'sum', total: 'allAsked' },
  open: { kind: 'now' },
  longest: { kind: 'most' },
  seconds: { kind: 'histogram' },
  refused: { kind: 'by reason', reasons: ['late', 'early'], total: 'allRefused', status: 'refusals' },
} as const satisfies Rows;

function counted(asked: number, open: number, late: number, seconds: readonly number[]) {
  const held = heldOf(ROWS);
  held.asked += asked;
  held.open += open;
  held.longest = open;
  held.refused.late += late;
  for (const each of seconds) held.seconds.observe(each);
  return valuesOf(ROWS, held);
}

test('What was counted is sent, without reasons that did not occur', () => {
  const histogram = new Histogram();
  histogram.observe(0.02);
  const seconds = histogram.data();
  assert.deepEqual(counted(3, 2, 0, [0.02]), { asked: 3, open: 2, longest: 2, seconds, refused: {} });
  assert.deepEqual(counted(3, 2, 4, []).refused, { late: 4 });
});

test('It comes from any object with these fields', () => {
  const { seconds } = noneOf(ROWS);
  const owner = { asked: 1, open: 2, longest: 3, seconds, refused: { early: 1 }, else: 'ignored' };
  assert.deepEqual(valuesOf(ROWS, owner), { asked: 1, open: 2, longest: 3, seconds, refused: { early: 1 } });
});

test('Of a process that ended nothing is of the present', () => {
  assert.partialDeepStrictEqual(pastOf(ROWS, counted(3, 2, 1, [])), {
    asked: 3,
    open: 0,
    longest: 0,
    refused: { late: 1 },
  });
});

test('Two together are the same whichever comes first, and nothing adds nothing', () => {
  const values = fc
    .tuple(fc.nat(1000), fc.nat(1000), fc.nat(3), fc.array(fc.constantFrom(0, 0.25, 2)))
    .map(([asked, open, late, seconds]) => counted(asked, open, late, seconds));
  fc.assert(
    fc.property(values, values, (one, other) => {
      const sum = sumOf(ROWS, one, other);
      assert.deepEqual(sum, sumOf(ROWS, other, one));
      assert.deepEqual(sumOf(ROWS, one, noneOf(ROWS)), one);
      assert.equal(sum.asked, one.asked + other.asked);
      assert.equal(sum.longest, Math.max(one.longest, other.longest));
    }),
  );
});

test('The status has values by the names of their rows, and totals of all reasons', () => {
  const values = sumOf(ROWS, counted(3, 0, 4, []), { ...noneOf(ROWS), refused: { early: 2 } });
  assert.deepEqual(namedForTotals(ROWS, values), { allAsked: 3, allRefused: 6 });
  assert.deepEqual(namedForStatus(ROWS, values), { refusals: { late: 4, early: 2 } });
});
