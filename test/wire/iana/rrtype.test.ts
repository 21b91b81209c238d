import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDataType, RRTYPE, typeFromText, typeToText } from '../../../runtime/wire/iana/rrtype.ts';

test('Every mnemonic is read back, in any case', () => {
  for (const [text, type] of Object.entries(RRTYPE)) {
    assert.equal(typeFromText(text.toLowerCase()), type);
    assert.equal(typeToText(type), text);
  }
});

test('Types without a mnemonic are written TYPE123', () => {
  assert.equal(typeToText(65280), 'TYPE65280');
  assert.equal(typeFromText('TYPE65280'), 65280);
  assert.equal(typeFromText('type1'), RRTYPE.A);
});

for (const text of ['', 'NOPE', 'TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1x', 'toString', '__proto__']) {
  test(`"${text}" is no type`, () => {
    assert.equal(typeFromText(text), undefined);
  });
}

test('Types of questions and of messages hold no data', () => {
  for (const type of [0, RRTYPE.OPT, RRTYPE.TSIG, RRTYPE.AXFR, RRTYPE.ANY])
    assert.equal(isDataType(type), false);
  for (const type of [RRTYPE.A, RRTYPE.CAA, RRTYPE.SPF, 65280]) assert.equal(isDataType(type), true);
});
