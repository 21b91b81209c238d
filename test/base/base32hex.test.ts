import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase32hex, toBase32hex } from '../../runtime/base/base32hex.ts';

/** RFC 4648 §10, without the padding. */
const VECTORS = {
  '': '',
  f: 'co',
  fo: 'cpng',
  foo: 'cpnmu',
  foob: 'cpnmuog',
  fooba: 'cpnmuoj1',
  foobar: 'cpnmuoj1e8',
};

for (const [text, digits] of Object.entries(VECTORS)) {
  test(`"${text}" is "${digits}"`, () => {
    assert.equal(toBase32hex(Buffer.from(text)), digits);
    assert.deepEqual(fromBase32hex(digits.toUpperCase()), Uint8Array.from(Buffer.from(text)));
  });
}

for (const digits of ['w', 'a', 'co=', 'cp', '000', 'co co']) {
  test(`"${digits}" is the text of no octets`, () => {
    assert.equal(fromBase32hex(digits), undefined);
  });
}

test('Any octets come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      assert.deepEqual(fromBase32hex(toBase32hex(octets)), octets);
    }),
  );
});
