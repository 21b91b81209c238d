/** Fields that are made when they are asked for are those of the object they stand for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LazyFields } from '../../../runtime/base/structures/lazy-fields.ts';

test('Keys and values come in their order, by place and by name, and nothing is made before it is asked for', () => {
  const keys = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0')));
  fc.assert(
    fc.property(keys, (names) => {
      let made = 0;
      const fields = new LazyFields((start, end) => {
        made += 1;
        return [start, end];
      });
      for (const [index, name] of names.entries()) fields.add(name, index, 2 * index);
      assert.equal(made, 0);
      const expected = names.map((name, index) => [name, [index, 2 * index]] as const);
      assert.deepEqual(fields.keys, names);
      for (const [index, [name, value]] of expected.entries()) {
        assert.deepEqual([fields.at(index), fields.get(name)], [value, value]);
      }
      assert.equal(made, 2 * names.length);
      assert.deepEqual(Object.entries(fields.toJSON()), Object.entries(Object.fromEntries(expected)));
      assert.equal(fields.at(names.length), undefined);
      assert.equal(fields.get(`${names.join('-and-')} `), undefined);
    }),
  );
});
