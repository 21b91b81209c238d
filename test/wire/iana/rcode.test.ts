import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opcodeToText } from '../../../runtime/wire/iana/opcode.ts';
import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';

test('Response codes and opcodes have their mnemonic, or their number', () => {
  assert.deepEqual([3, 16, 11].map(rcodeToText), ['NXDOMAIN', 'BADVERS', 'RCODE11']);
  assert.deepEqual([0, 5, 15].map(opcodeToText), ['QUERY', 'UPDATE', 'OPCODE15']);
});
