/** What is said to control that reads nothing, or is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FromAnswer } from '../../runtime/rpc/control-protocol.ts';
import { ControlLine } from '../../runtime/serving/control-line.ts';

const LIMITED: FromAnswer = {
  t: 'limited',
  event: { state: 'began', network: '192.0.2.0/24' },
};

/** A channel of which the test says what has arrived. */
class Channel {
  connected = true;
  readonly sent: FromAnswer[] = [];
  readonly #arrivals: (() => void)[] = [];
  readonly send = (message: FromAnswer, ...rest: unknown[]): boolean => {
    this.sent.push(message);
    const arrived = rest.at(-1);
    if (typeof arrived === 'function') this.#arrivals.push(() => arrived());
    return true;
  };

  arrive(): void {
    for (const arrived of this.#arrivals.splice(0)) arrived();
  }
}

test('A flood of news that control does not read is dropped, and replies are not', () => {
  const channel = new Channel();
  const line = new ControlLine(channel);
  for (let count = 0; count < 5000; count += 1) line.tell(LIMITED);
  assert.equal(channel.sent.length, 1000);
  line.tell({ t: 'pong' });
  assert.equal(channel.sent.at(-1)?.t, 'pong');
  channel.arrive();
  line.tell(LIMITED);
  assert.equal(channel.sent.length, 1002);
});

test('Nothing is said once control is gone', () => {
  const channel = new Channel();
  channel.connected = false;
  new ControlLine(channel).tell({ t: 'pong' });
  assert.deepEqual(channel.sent, []);
});
