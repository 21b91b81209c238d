/** Who is called back when, on a clock turned by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TimerWheel } from '../../runtime/health/schedule/timer-wheel.ts';
import { HandClock } from '../support/hand-clock.ts';

test('Whoever waits is called once, never early, and at most 20 ms late; whoever is deleted is not', async () => {
  const one = fc.record({ at: fc.integer({ min: 0, max: 100_000 }), isDeleted: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 40 }), async (all) => {
      const clock = new HandClock();
      const called = new Map<number, number>();
      const wheel = new TimerWheel<number>(clock, (index) => {
        assert.equal(called.has(index), false, 'called once');
        called.set(index, clock.now());
      });
      const steps = all.map(({ at }, index) => wheel.add(index, at));
      for (const [index, { isDeleted }] of all.entries())
        if (isDeleted) wheel.delete(index, steps[index] ?? 0);
      await clock.advance(100_020);
      for (const [index, { at, isDeleted }] of all.entries()) {
        const when = called.get(index);
        if (isDeleted) assert.equal(when, undefined);
        else assert.ok(when !== undefined && when >= at && when < at + 20, `${at} was called at ${when}`);
      }
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 200 },
  );
});

test('All of one step share a timer, and one that nobody waits for is given up', () => {
  const clock = new HandClock();
  const wheel = new TimerWheel<string>(clock, () => {});
  const steps = ['a', 'b', 'c'].map((one) => wheel.add(one, 1010));
  assert.equal(clock.pending, 1);
  for (const [index, one] of ['a', 'b', 'c'].entries()) wheel.delete(one, steps[index] ?? 0);
  assert.equal(clock.pending, 0);
});

test('Who is called may wait again at once, and may take others away who are due with it', async () => {
  const clock = new HandClock();
  const called: string[] = [];
  const steps = new Map<string, number>();
  const wheel = new TimerWheel<string>(clock, (one) => {
    called.push(`${one} ${clock.now()}`);
    if (one === 'first') wheel.delete('second', steps.get('second') ?? 0);
    if (called.length < 3) wheel.add('again', clock.now());
  });
  for (const one of ['first', 'second']) steps.set(one, wheel.add(one, 100));
  await clock.advance(1000);
  assert.deepEqual(called, ['first 100', 'again 120', 'again 140']);
});

test('One who waits long is found behind many steps of nobody', async () => {
  const clock = new HandClock();
  const called: number[] = [];
  const wheel = new TimerWheel<number>(clock, () => called.push(clock.now()));
  for (const at of [60_000, 3_600_000, 20]) wheel.add(at, at);
  await clock.advance(4_000_000);
  assert.deepEqual(called, [20, 60_000, 3_600_000]);
});
