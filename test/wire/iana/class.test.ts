import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASS, classFromText } from '../../../runtime/wire/iana/class.ts';

test('Classes are read in any case, by mnemonic or number', () => {
  assert.equal(classFromText('in'), CLASS.IN);
  assert.equal(classFromText('CLASS3'), CLASS.CH);
  assert.equal(classFromText('CLASS65536'), undefined);
  assert.equal(classFromText('constructor'), undefined);
});
