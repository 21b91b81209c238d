import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPath } from '../../runtime/base/key-path.ts';

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
