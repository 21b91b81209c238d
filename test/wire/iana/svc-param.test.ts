import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SVC_PARAM, svcParamFromText, svcParamToText } from '../../../runtime/wire/iana/svc-param.ts';

test('Every registered key is read back', () => {
  for (const [text, key] of Object.entries(SVC_PARAM)) {
    assert.equal(svcParamFromText(text), key);
    assert.equal(svcParamToText(key), text);
  }
});

test('Other keys are written key123, without leading zeros', () => {
  assert.equal(svcParamToText(667), 'key667');
  assert.deepEqual(['key667', 'key0', 'key65534'].map(svcParamFromText), [667, 0, 65534]);
});

for (const text of ['key', 'key007', 'key65535', 'KEY7', 'ALPN', '']) {
  test(`"${text}" is no key`, () => {
    assert.equal(svcParamFromText(text), undefined);
  });
}
