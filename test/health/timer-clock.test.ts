/** The clock of the system waits for as long as it is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../runtime/health/timer-clock.ts';

const MOST_OF_A_TIMER = 2 ** 31 - 1;

test('A wait may be longer than a timer of the system', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  systemClock.after(2 * MOST_OF_A_TIMER + 1000, () => {
    runs += 1;
  });
  t.mock.timers.tick(MOST_OF_A_TIMER);
  t.mock.timers.tick(MOST_OF_A_TIMER);
  t.mock.timers.tick(999);
  assert.equal(runs, 0);
  t.mock.timers.tick(1);
  assert.equal(runs, 1);
});

test('A wait is called off, whichever of its timers runs', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const callOff = systemClock.after(2 * MOST_OF_A_TIMER, () => assert.fail('it was called off'));
  t.mock.timers.tick(MOST_OF_A_TIMER);
  callOff();
  t.mock.timers.tick(2 * MOST_OF_A_TIMER);
});
