/** RFC 1996 §3.6: secondaries are told until they say that they have heard it, or there is no use in it. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { Notifier } from '../../runtime/transfer/notifier.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { atEnd } from '../support/at-end.ts';
import { until } from '../support/until.ts';

const REFUSED = 5;
const PAUSES_MS = [1, 1, 1];

/** Names are the root; the serial is what changes. */
function soa(serial: number): string {
  const rdata = Buffer.alloc(22);
  rdata.writeUInt32BE(serial, 2);
  assert.equal(soaFromRdata(rdata)?.serial, serial);
  return rdata.toString('base64');
}

/** A secondary that answers with these response codes, one after the other, and the last from then on. */
async function secondary(context: TestContext, ...rcodes: readonly number[]) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  atEnd(context, () => socket.close());
  await once(socket, 'listening');
  const serials: number[] = [];
  socket.on('message', (message, { port, address }) => {
    const rcode = rcodes[Math.min(serials.length, rcodes.length - 1)] ?? 0;
    serials.push(message.readUInt32BE(message.length - 20));
    const reply = Buffer.from(message);
    reply[2] = (reply[2] ?? 0) | 0x80;
    reply[3] = rcode;
    socket.send(reply, port, address);
  });
  const lines: string[] = [];
  const log = createLogger(
    { level: 'debug', format: 'json' },
    { write: (line: string) => void lines.push(line) },
  );
  const peers = [{ address: '127.0.0.1', port: socket.address().port }];
  const notifier = new Notifier({ keys: new Map(), peersOf: () => peers, log, pausesMs: PAUSES_MS });
  atEnd(context, () => notifier.stop());
  const logged = (text: string) =>
    until(
      () => Promise.resolve(lines.filter((line) => line.includes(text)).length),
      (count) => count > 0,
    );
  return { notifier, serials, logged };
}

test('A secondary that does not take the news is told again until it does', async (context) => {
  const { notifier, serials, logged } = await secondary(context, REFUSED, REFUSED, 0);
  notifier.served('example.com', soa(7));
  assert.deepEqual(serials, []);
  notifier.open();
  await logged('was notified');
  assert.deepEqual(serials, [7, 7, 7]);
});

test('One that never does is left alone after as many attempts as there are pauses, and the first', async (context) => {
  const { notifier, serials, logged } = await secondary(context, REFUSED);
  notifier.open();
  notifier.served('example.com', soa(7));
  await logged('could not be notified');
  assert.deepEqual(serials, [7, 7, 7, 7]);
});

test('What was told is no news, and what is newer is', async (context) => {
  const { notifier, serials, logged } = await secondary(context, 0);
  notifier.open();
  notifier.served('example.com', soa(7));
  await logged('was notified');
  notifier.served('example.com', soa(7));
  notifier.served('example.com', soa(8));
  await until(
    () => Promise.resolve(serials.length),
    (length) => length >= 2,
  );
  assert.deepEqual(serials, [7, 8]);
});
