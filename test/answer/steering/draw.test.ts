/** Draws by weight, and what they tell of themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Draw, outcomeOf } from '../../../runtime/answer/steering/draw.ts';

const thrown = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('One of several that are alike is the part of them that was thrown', () => {
  fc.assert(
    fc.property(thrown, fc.integer({ min: 1, max: 40 }), (chance, size) => {
      assert.equal(new Draw(() => chance).evenly(size), Math.floor(chance * size));
    }),
  );
});

test('A throw ahead decides the next draw, and no other', () => {
  const throws = [0.1, 0.9, 0.5];
  const draw = new Draw(() => throws.shift() ?? assert.fail());
  draw.begin();
  assert.equal(draw.throw(), 0.1);
  assert.deepEqual([draw.evenly(10), draw.evenly(10)], [1, 9]);
  assert.deepEqual([draw.count, draw.size, draw.outcome], [2, 10, 9]);
  draw.begin();
  assert.deepEqual([draw.count, draw.evenly(10)], [0, 5]);
});

test('What was thrown ahead for one query is nothing to the next', () => {
  const throws = [0.1, 0.9];
  const draw = new Draw(() => throws.shift() ?? assert.fail());
  draw.throw();
  draw.begin();
  assert.equal(draw.evenly(10), 9);
});

test('Outcomes come by their shares, those without a share never', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 16 }), thrown, (weights, chance) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const outcome = outcomeOf(chance, Float64Array.from([99, ...weights]), 1, weights.length);
      if (total === 0) assert.equal(outcome, -1);
      else {
        const before = weights.slice(0, outcome).reduce((sum, weight) => sum + weight, 0);
        assert.ok(before <= chance * total && chance * total < before + (weights[outcome] ?? 0));
      }
    }),
  );
});
