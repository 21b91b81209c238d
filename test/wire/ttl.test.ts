import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_TTL, ttlFromText } from '../../runtime/wire/ttl.ts';

const CASES: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ['0', 0],
  ['3600', 3600],
  ['1h30m', 5400],
  ['1W2D3H4M5S', 788_645],
  ['2147483647', MAX_TTL],
  ['2147483648', undefined],
  ['3551w', undefined],
  ['1h30', undefined],
  ['-1', undefined],
  ['1y', undefined],
  ['', undefined],
];

for (const [text, seconds] of CASES) {
  test(`"${text}" is ${seconds === undefined ? 'no time' : `${seconds} seconds`}`, () => {
    assert.equal(ttlFromText(text), seconds);
  });
}
