import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Views } from '../../runtime/base/views.ts';

test('Views are of the first octets, as they are now, and kept where they are short', () => {
  const octets = Uint8Array.from({ length: 2000 }, (_, at) => at);
  const views = new Views(octets.subarray(10));
  const short = views.first(3);
  octets[10] = 99;
  assert.deepEqual(short, Uint8Array.of(99, 11, 12));
  assert.equal(views.first(3), short);
  assert.equal(views.first(0).length, 0);
  assert.deepEqual(views.first(1000), octets.slice(10, 1010));
});
