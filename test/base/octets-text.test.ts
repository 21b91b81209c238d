/** Octets in texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase32hex, fromBase64, toBase32hex, toBase64 } from '../../runtime/base/octets-text.ts';

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

test('Octets are the same in base64 and back, those of a view as well', () => {
  const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  for (const [octets, text] of [
    [all.subarray(0, 0), ''],
    [all.subarray(102, 103), 'Zg=='],
    [all.subarray(251, 255), '+/z9/g=='],
  ] as const) {
    assert.equal(toBase64(octets), text);
    assert.deepEqual(fromBase64(text), octets.slice());
  }
  assert.deepEqual(fromBase64(toBase64(all)), all);
});

test('What is read is in memory of its own', () => {
  assert.equal(fromBase64('AQID').buffer.byteLength, 3);
});
