/** One timer serves all clocks, and does not judge before what has arrived is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watchdog } from '../../runtime/runner/watchdog.ts';

/** A watchdog's timer does not keep the process alive. */
function keepAlive(): () => void {
  const timer = setInterval(() => {}, 1_000);
  return () => clearInterval(timer);
}

test('The judge is called no earlier than asked, and again for as long as he says', async () => {
  const release = keepAlive();
  const judged: number[] = [];
  const from = performance.now();
  await new Promise<void>((resolve) => {
    const watchdog = new Watchdog((now) => {
      judged.push(now);
      if (judged.length < 3) return now + 3;
      resolve();
      return Number.POSITIVE_INFINITY;
    });
    watchdog.arm(from + 500_000);
    watchdog.arm(from + 5);
    watchdog.arm(from + 50_000);
  });
  release();
  assert.equal(judged.length, 3);
  assert.ok((judged[0] ?? 0) - from >= 4, 'timers of Node are a millisecond early at most');
});

test('When the process was busy, sockets are read before the judge is called', async () => {
  const release = keepAlive();
  const order: string[] = [];
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port2.on('message', () => order.push('read'));
    const watchdog = new Watchdog(() => {
      order.push('judged');
      resolve();
      return Number.POSITIVE_INFINITY;
    });
    watchdog.arm(performance.now() + 1);
    port1.postMessage('reply');
    const until = performance.now() + 20;
    while (performance.now() < until);
  });
  port1.close();
  release();
  assert.deepEqual(order, ['read', 'judged']);
});

test('A stopped watchdog does not call the judge', async () => {
  let judged = 0;
  const watchdog = new Watchdog(() => {
    judged += 1;
    return Number.POSITIVE_INFINITY;
  });
  watchdog.arm(performance.now() + 1);
  watchdog.stop();
  watchdog.arm(performance.now() + 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(judged, 0);
});
