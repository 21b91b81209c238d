/** Groups of values as text, and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alikeFrom, alikeText } from '../../runtime/rpc/alike.ts';

test('Groups come back, each value with the first of its group', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => /^[^,|*\p{Cc}]+$/u.test(text));
  const groups = fc
    .uniqueArray(value, { minLength: 1, maxLength: 12 })
    .chain((values) =>
      fc
        .array(fc.nat(3), { minLength: values.length, maxLength: values.length })
        .map((marks) => [...Map.groupBy(values, (_, at) => marks[at]).values()]),
    );
  fc.assert(
    fc.property(groups, (made) => {
      const expected = new Map(made.flatMap((group) => group.map((each) => [each, group[0]])));
      assert.deepEqual(alikeFrom(alikeText(made) ?? assert.fail()), expected);
    }),
  );
});

for (const groups of [
  [],
  [['']],
  [['a,b']],
  [['a|b']],
  [['*']],
  [['a'], ['a']],
  [['x'.repeat(901)]],
  [['a\n']],
]) {
  test(`No text: ${JSON.stringify(groups).slice(0, 40)}`, () => assert.equal(alikeText(groups), undefined));
}

for (const text of ['', ',', 'DE|', 'DE,,FR', 'DE~\0', '*', 'x'.repeat(901)]) {
  test(`No groups: ${JSON.stringify(text).slice(0, 40)}`, () => assert.equal(alikeFrom(text), undefined));
}
