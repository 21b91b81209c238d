/** States from results, as stories: `+` is a success, `-` a failure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlapFilter } from '../../runtime/health/flap-filter.ts';

const LETTER = { unknown: '?', up: 'U', down: 'D' } as const;

for (const [claim, rise, fall, results, states] of [
  ['The first success alone means up', 2, 3, '+', 'U'],
  ['The first failure alone means down', 2, 3, '-', 'D'],
  ['It takes `fall` failures in a row to go down', 2, 3, '+--+---', 'UUUUUUD'],
  ['It takes `rise` successes in a row to come up', 2, 3, '-+-++', 'DDDDU'],
  ['With 1 and 1 every result counts at once', 1, 1, '+-+--+', 'UDUDDU'],
  ['The way back is counted anew', 2, 2, '+--++--', 'UUDDUUD'],
] as const) {
  test(claim, () => {
    const filter = new FlapFilter(rise, fall);
    assert.equal(filter.state, 'unknown');
    const seen = Array.from(results, (result) => LETTER[filter.add(result === '+')]).join('');
    assert.equal(seen, states);
  });
}
