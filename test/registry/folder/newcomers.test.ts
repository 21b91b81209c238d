/** Which zones are told of before they are loaded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedOf } from '../../../runtime/registry/folder/newcomers.ts';

const known = new Map([['example.com', 1]]);

test('At the start all zones are expected; later, those that no zone answers for until they are loaded', () => {
  const found = ['example.com', 'sub.example.com', 'a.b.example.com', 'notexample.com', 'com', 'example.org'];
  assert.deepEqual(expectedOf(found, known, true), found.slice(1));
  assert.deepEqual(expectedOf(found, known, false), ['notexample.com', 'com', 'example.org']);
  assert.deepEqual(expectedOf(['example.org'], new Map([['%2E', 1]]), false), []);
});
