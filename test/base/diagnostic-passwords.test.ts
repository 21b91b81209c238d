/** Diagnostics as data: no text of them shows a password. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hidingPasswords } from '../../runtime/base/diagnostic.ts';

test('Message, source and remedy of a diagnostic hide passwords, and the rest stays', () => {
  const place = { code: 'POLICY_LOAD', severity: 'error', file: 'policies/x.example.ts', line: 3 } as const;
  const secret = 'https://me:secret@h.example/';
  const shown = 'https://*********@h.example/';
  assert.deepEqual(
    hidingPasswords({
      ...place,
      message: `No luck with ${secret}`,
      source: `get('${secret}')`,
      remedy: secret,
    }),
    { ...place, message: `No luck with ${shown}`, source: `get('${shown}')`, remedy: shown },
  );
  assert.deepEqual(hidingPasswords({ ...place, message: 'Fine' }), { ...place, message: 'Fine' });
});
