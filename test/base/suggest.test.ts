/** "Did you mean": a few slips are forgiven, another word is not guessed at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from '../../runtime/base/suggest.ts';

const WORDS = ['listen', 'policies', 'processes', 'admin', 'policy'];

for (const [typed, meant] of [
  ['listn', 'listen'],
  ['lisetn', 'listen'],
  ['LISTEN', 'listen'],
  ['policys', 'policy'],
  ['proceses', 'processes'],
  ['zebra', undefined],
  ['x', undefined],
  ['', undefined],
] as const) {
  test(`"${typed}" ${meant === undefined ? 'is nothing' : `is meant to be ${meant}`}`, () => {
    assert.equal(suggest(typed, WORDS), meant);
  });
}
