/** Silence is counted while we are well, and by nobody who has just been asleep himself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepLooking, Pulse } from '../../../runtime/control/fleet/pulse.ts';

test('Who says something between two looks is not silent, whenever it was silent before', () => {
  const spans = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 1000 })));
  fc.assert(
    fc.property(spans, (looks) => {
      const pulse = new Pulse();
      let silent = 0;
      pulse.look(1);
      for (const [speaks, passed] of looks) {
        if (speaks) pulse.beat();
        silent = speaks ? 0 : silent + passed;
        pulse.look(passed);
        assert.equal(pulse.silentMs, silent);
      }
    }),
  );
});

test('A process is not silent before it was first asked', () => {
  const pulse = new Pulse();
  pulse.look(10_000);
  assert.equal(pulse.silentMs, 0);
});

test('A stall of ours counts as little more than one look', async () => {
  const passed: number[] = [];
  const first = Promise.withResolvers<void>();
  const end = keepLooking(20, (passedMs) => {
    passed.push(passedMs);
    if (passed.length > 2) first.resolve();
  });
  const until = performance.now() + 300;
  while (performance.now() < until);
  const alive = setInterval(() => {}, 1000);
  await first.promise;
  clearInterval(alive);
  end();
  assert.ok(Math.max(...passed) <= 30, passed.join(' '));
});

test('A reply that waits while we are held up is read before anybody is judged', async () => {
  const { port1, port2 } = new MessageChannel();
  const pulse = new Pulse();
  const judged = Promise.withResolvers<number>();
  port1.on('message', () => pulse.beat());
  pulse.look(1);
  const end = keepLooking(10, (passedMs) => {
    pulse.look(passedMs);
    judged.resolve(pulse.silentMs);
  });
  port2.postMessage('pong');
  const until = performance.now() + 200;
  while (performance.now() < until);
  assert.equal(await judged.promise, 0);
  end();
  port1.close();
});
