/** Values of targets: what is averaged, what is news, and what is no load. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { combine } from '../../runtime/health/combination.ts';
import { HealthMonitor } from '../../runtime/health/monitor.ts';
import type { ProbeResult } from '../../runtime/health/probe.ts';
import type { Target } from '../../runtime/health/target.ts';
import { loadIn, MovingValues, type TargetValues } from '../../runtime/health/values.ts';
import { HandClock } from '../support/hand-clock.ts';

const took = (elapsedMs: number, load?: number): ProbeResult => ({
  ok: true,
  elapsedMs,
  ...(load !== undefined && { load }),
});

test('The first probe is the average, and each further one a fifth of it', () => {
  const values = new MovingValues();
  values.add(took(100), true);
  assert.equal(values.latencyMs, 100);
  values.add(took(200), true);
  assert.equal(values.latencyMs, 120);
  values.add({ ok: false, elapsedMs: 5000, problem: 'No answer' }, true);
  assert.equal(values.latencyMs, 120, 'one that fails says nothing of how long others take');
});

test('Only a difference that counts is news', () => {
  const values = new MovingValues();
  assert.equal(values.news(), undefined);
  values.add(took(100), true);
  assert.deepEqual(values.news(), { latencyMs: 100, load: undefined });
  values.add(took(190), true);
  assert.equal(values.news(), undefined, 'an average of 118 ms');
  values.add(took(190), true);
  assert.ok((values.news()?.latencyMs ?? 0) > 125);
  const near = new MovingValues();
  near.add(took(0.2), true);
  near.news();
  for (let count = 0; count < 50; count += 1) near.add(took(1.1), true);
  assert.equal(near.news(), undefined, 'less than a millisecond');
});

test('A load is news from a tenth on, and when it is no longer said', () => {
  const values = new MovingValues();
  for (const [load, expected] of [
    [0.5, 0.5],
    [0.54, undefined],
    [0.6, 0.6],
    [0, 0],
    [undefined, 'none'],
    [undefined, undefined],
  ] as const) {
    values.add(took(0, load), false);
    const news = values.news();
    assert.equal(news === undefined ? undefined : (news.load ?? 'none'), expected, String(load));
  }
});

test('What others know is never further off than a step, whatever came', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1 }), (times) => {
      const values = new MovingValues();
      for (const time of times) {
        values.add(took(time), true);
        values.news();
        const [now = 0, told = 0] = [values.latencyMs, values.told.latencyMs];
        assert.ok(Math.abs(now - told) <= Math.max(1, 0.2 * Math.max(now, told)), `${now} ${told}`);
      }
    }),
  );
});

for (const [said, expected] of [
  ['0.75', 0.75],
  [' 12 ', 12],
  [3, 3],
  [0, 0],
  ['-1', undefined],
  [-1, undefined],
  ['1e3', undefined],
  ['NaN', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [1e15, undefined],
  ['', undefined],
  [null, undefined],
  [[1], undefined],
] as const) {
  test(`Said as a load: ${JSON.stringify(said)}`, () => assert.equal(loadIn(said), expected));
}

test('A monitor tells values of what something goes by: of a combination the highest of those that are up', async () => {
  const clock = new HandClock();
  const results: Record<string, ProbeResult> = { a: took(10, 0.1), b: took(50, 0.7), c: took(90) };
  const timing = { intervalMs: 10_000, timeoutMs: 5000, rise: 1, fall: 1 };
  const [a, b, c] = ['a', 'b', 'c'].map(
    (id): Target => ({ id, type: 'tcp', address: '192.0.2.1', port: 1, ...timing }),
  ) as [Target, Target, Target];
  const probe = async ({ id }: Target) => results[id] ?? assert.fail();
  const monitor = new HealthMonitor({ probe, clock, random: () => 0.5 });
  const told = new Map<string, TargetValues>();
  let count = 0;
  monitor.onValues((id, values) => {
    count += 1;
    told.set(id, values);
  });
  const any = combine('any', 1, [a, b]);
  monitor.declare('example.com', [any, c]);
  await clock.advance(0);
  assert.deepEqual(Object.fromEntries(told), {
    [any.id]: { latencyMs: 50, load: 0.7 },
    c: { latencyMs: 90, load: undefined },
  });
  const before = count;
  await clock.advance(30_000);
  assert.equal(count, before, 'nothing has changed');
  assert.deepEqual(monitor.snapshot().find(({ id }) => id === 'b')?.averageMs, 50);
  monitor.declare('example.com', []);
  assert.deepEqual([...told.values()], [{}, {}]);
});
