/** When queries are let to gather. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Pace } from '../../../runtime/transport/udp/pace.ts';

const MOST = 64;

/** A pace, at a time the test tells. */
function pace(t: { readonly mock: typeof import('node:test').mock }) {
  let now = 1000;
  t.mock.method(performance, 'now', () => now);
  return { pace: new Pace(MOST), passes: (ms: number) => (now += ms) };
}

suite('The pace', () => {
  test('is dense where several queries came at once, and the next a moment later', (t) => {
    const { pace: of, passes } = pace(t);
    of.note(10);
    passes(0.1);
    assert.ok(of.isDense());
  });

  test('is not before anybody has asked, nor where queries come one by one', (t) => {
    const { pace: of, passes } = pace(t);
    assert.ok(!of.isDense());
    of.note(1);
    passes(0.01);
    assert.ok(!of.isDense());
  });

  test('is not after a lull', (t) => {
    const { pace: of, passes } = pace(t);
    of.note(10);
    passes(1);
    assert.ok(!of.isDense());
  });

  test('is not where as many came as could: more are there already', (t) => {
    const { pace: of } = pace(t);
    of.note(MOST);
    assert.ok(!of.isDense());
  });
});
