import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPath, keysOfPath } from '../../runtime/base/key-path.ts';

for (const [path, key, expected] of [
  ['', 'pools', 'pools'],
  ['pools', 'us', 'pools.us'],
  ['pools.us.A', 0, 'pools.us.A[0]'],
  ['hosts', '*.app', 'hosts["*.app"]'],
  ['hosts', '@', 'hosts["@"]'],
  ['pools', 'a"b', 'pools["a\\"b"]'],
] as const) {
  test(`${JSON.stringify(key)} inside "${path}" is ${expected}`, () => {
    assert.equal(keyPath(path, key), expected);
  });
}

test('The keys on a path are those it was made of', () => {
  const keys = ['hosts', '*.app', 'a"\\b', '@', 'A'];
  assert.deepEqual(keysOfPath(keyPath(keys.reduce(keyPath), 0)), [...keys, '0']);
  assert.deepEqual(keysOfPath(''), []);
});
