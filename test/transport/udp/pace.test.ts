/** When queries are let to gather. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Pace } from '../../../runtime/transport/udp/pace.ts';

const MOST = 64;

/** A pace, at a time the test tells; `answers`: fetches of so many queries each, for so many milliseconds. */
function pace(t: { readonly mock: typeof import('node:test').mock }) {
  let now = 1000;
  t.mock.method(performance, 'now', () => now);
  const of = new Pace(MOST);
  const passes = (ms: number): void => {
    now += ms;
  };
  const answers = (count: number, everyMs: number, forMs: number): void => {
    for (let passed = 0; passed < forMs; passed += everyMs) {
      passes(everyMs);
      of.note(count);
    }
  };
  return { pace: of, passes, answers };
}

suite('The pace', () => {
  test('is dense where queries come in great number, by whatever handfuls', (t) => {
    for (const [count, everyMs] of [
      [1, 0.005],
      [12, 0.1],
    ] as const) {
      const { pace: of, answers } = pace(t);
      answers(count, everyMs, 30);
      assert.ok(of.pauseMs() > 0, `${count} every ${everyMs} ms`);
    }
  });

  test('is as long as it takes for two dozen queries to come, and no longer than 0.3 ms', (t) => {
    for (const [everyMs, pauseMs] of [
      [0.005, 0.12],
      [0.01, 0.24],
      [0.0132, 0.3],
    ] as const) {
      const { pace: of, answers } = pace(t);
      answers(1, everyMs, 30);
      assert.ok(Math.abs(of.pauseMs() - pauseMs) < 0.001, `${of.pauseMs()}`);
    }
  });

  test('is not where a pause brings few: their clients wait for answers before they ask again', (t) => {
    const { pace: of, answers } = pace(t);
    answers(12, 0.1, 30);
    assert.ok(of.pauseMs() > 0);
    of.note(2);
    assert.equal(of.pauseMs(), 0);
  });

  test('is not before anybody has asked, nor at a rate at which each can be answered at once', (t) => {
    const { pace: of, answers } = pace(t);
    assert.ok(of.pauseMs() === 0);
    for (const [count, everyMs] of [
      [1, 0.02],
      [6, 0.1],
      [40, 1],
    ] as const) {
      answers(count, everyMs, 30);
      assert.ok(of.pauseMs() === 0, `${count} every ${everyMs} ms`);
    }
  });

  test('is not for one burst, however large', (t) => {
    const { pace: of, passes } = pace(t);
    passes(100);
    of.note(MOST - 1);
    passes(0.05);
    assert.ok(of.pauseMs() === 0);
  });

  test('is not after a lull, and not once fewer come', (t) => {
    const { pace: of, answers, passes } = pace(t);
    answers(12, 0.1, 30);
    passes(1);
    assert.ok(of.pauseMs() === 0);
    answers(1, 0.1, 30);
    assert.ok(of.pauseMs() === 0);
  });

  test('is not where as many came as could: more are there already', (t) => {
    const { pace: of, answers } = pace(t);
    answers(MOST, 0.1, 30);
    assert.ok(of.pauseMs() === 0);
  });
});
