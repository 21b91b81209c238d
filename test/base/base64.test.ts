/** Octets in texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64, toBase64 } from '../../runtime/base/base64.ts';

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
