/** Errors of the system are told in words. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemErrorCode, systemErrorText } from '../../runtime/base/system-error.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('Nothing was thrown');
}

test('What the system refuses is told in words', () => {
  const missing = thrownBy(() => readFileSync('/nonexistent'));
  assert.deepEqual([systemErrorCode(missing), systemErrorText(missing)], ['ENOENT', 'it does not exist']);
  const folder = thrownBy(() => readFileSync('/'));
  assert.deepEqual([systemErrorCode(folder), systemErrorText(folder)], ['EISDIR', 'it is a folder']);
});

test('Anything else says what it says itself', () => {
  assert.equal(systemErrorText(new Error('Something else')), 'Something else');
  assert.equal(systemErrorText('text'), 'text');
  assert.equal(systemErrorCode(Object.assign(new Error('ours'), { code: 'START' })), undefined);
});
