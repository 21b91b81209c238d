/** The nearest mark, against a look at every place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldMarks } from '../../runtime/geo/field-marks.ts';

for (const places of [1, 63, 64, 65, 4097, 300_000]) {
  test(`Among ${places} places the nearest mark is found, in either direction`, () => {
    const place = fc.nat(places - 1);
    const fields = fc.integer({ min: 1, max: 255 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, fields), { maxLength: 6 }),
        fc.array(fc.tuple(place, fields), { minLength: 1, maxLength: 20 }),
        (marked, searches) => {
          const marks = new FieldMarks(places);
          for (const [at, set] of marked) marks.add(at, set);
          for (const [from, wanted] of [...searches, ...marked]) {
            const found = marked.filter(([, set]) => (set & wanted) !== 0).map(([at]) => at);
            assert.equal(marks.before(from, wanted), Math.max(-1, ...found.filter((at) => at <= from)));
            const next = Math.min(places, ...found.filter((at) => at >= from));
            assert.equal(marks.after(from, wanted), next === places ? -1 : next);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
}

test('Beyond the last place there is none', () => {
  const marks = new FieldMarks(64);
  marks.add(63, 1);
  assert.equal(marks.after(64, 1), -1);
  assert.equal(marks.before(-1, 1), -1);
});
