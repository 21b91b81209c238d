/** When control is told that a network is over its rate, and that it is no more. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { LimitedLog } from '../../../runtime/answer/counting/limited-log.ts';
import { parseAddress } from '../../../runtime/base/net/ip.ts';
import type { LimitEvent } from '../../../runtime/rpc/events.ts';

mock.timers.enable({ apis: ['setInterval'] });

function logging(): { told: LimitEvent[]; note: (address: string, times?: number) => void } {
  const told: LimitEvent[] = [];
  const log = new LimitedLog({ ipv4Bits: 24, ipv6Bits: 56 }, (event) => told.push(event));
  const note = (address: string, times = 1): void => {
    const { bytes } = parseAddress(address) ?? assert.fail(address);
    for (let time = 0; time < times; time += 1) log.note(bytes);
  };
  return { told, note };
}

test('A network is told of once, and once more when it has been quiet', () => {
  const { told, note } = logging();
  note('192.0.2.1', 64);
  note('192.0.2.200', 640);
  assert.deepEqual(told.splice(0), [{ network: '192.0.2.0/24', state: 'began' }]);
  mock.timers.tick(30_000);
  note('192.0.2.3', 64);
  mock.timers.tick(30_000);
  assert.deepEqual(told, []);
  mock.timers.tick(30_000);
  assert.deepEqual(told.splice(0), [{ network: '192.0.2.0/24', state: 'ended', responses: 12 * 64 }]);
  mock.timers.tick(300_000);
  note('192.0.2.1');
  assert.deepEqual(told, [{ network: '192.0.2.0/24', state: 'began' }]);
});

test('A flood from everywhere is a few lines', () => {
  const { told, note } = logging();
  for (let index = 0; index < 100; index += 1) note(`2001:db8:0:${index}00::1`, 64);
  assert.equal(told.length, 16);
  assert.deepEqual(told[1], { network: '2001:db8:0:100::/56', state: 'began' });
});
