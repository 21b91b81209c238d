/** Lists of texts come out of one text as they went in, whatever looks like one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packed, unpacked } from '../../runtime/rpc/packed-texts.ts';

const texts = fc.oneof(fc.string(), fc.constantFrom('', '\n', 'a\nb'));
const { data } = fc.letrec<{ data: unknown; list: unknown[] }>((tie) => ({
  list: fc.oneof(
    fc.array(texts),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, texts), { maxLength: 4 }),
  ),
  data: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 1, true),
    texts,
    tie('list'),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('data'), { maxKeys: 4 }),
  ),
}));

test('What is packed comes out as it went in, on the way of JSON', () => {
  fc.assert(
    fc.property(data, (value) => {
      const plain = JSON.stringify(value);
      assert.equal(JSON.stringify(unpacked(JSON.parse(JSON.stringify(packed(value))))), plain);
    }),
    { numRuns: 2000 },
  );
});

test('Of many texts in one list, one is parsed', () => {
  const many = Array.from({ length: 250 }, (_, index) => index.toString(36));
  assert.equal(JSON.stringify(packed({ TXT: many })), JSON.stringify({ TXT: [null, many.join('\n')] }));
  assert.deepEqual(packed(['one']), ['one']);
});
