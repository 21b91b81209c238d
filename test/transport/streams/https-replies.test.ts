/** What a client of HTTP/2 reads at once: node:tls gives one TLS record at a time to it, as `SSL_read` does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { bodiesIn, PREFACE, posted, request, reset } from '../../support/http2-frames.ts';
import { dialTls, echo, PATH, streamListener } from '../dialer.ts';

const STREAMS = 100;
const QUERY = `${PATH}?dns=AAAA`;

suite('Answers over HTTP/2', { timeout: 10_000 }, () => {
  test('come one in a TLS record for dnsperf, which keeps one of those in a record', async (t) => {
    const got = (stream: number): Buffer => request(stream, QUERY, 'nghttp2-dnsperf/1.52.0');
    const sent = (stream: number): Buffer =>
      posted(stream, PATH, Buffer.from('question'), 'dnsperf/2.14.0 (nghttp2/1.64.0)');
    for (const ask of [got, sent]) {
      const records = await recordsFor(t, ask);
      assert.equal(Math.max(...records), 1);
      assert.equal(records.filter(Boolean).length, STREAMS);
    }
  });

  test('share TLS records for others', async (t) => {
    assert.ok(Math.max(...(await recordsFor(t, (stream) => request(stream, QUERY)))) > 1);
  });

  test('go on after a stream that was given up', async (t) => {
    const { socket } = await dialled(t);
    const frames = [request(1, QUERY, 'dnsperf'), reset(1), request(3, QUERY)];
    socket.write(Buffer.concat([PREFACE, ...frames]));
    await answered(socket, 1);
  });

  test('are not for who opens and gives up more streams at once than anybody needs', async (t) => {
    let asked = 0;
    const { socket, counters } = await dialled(t, () => {
      asked += 1;
      return true;
    });
    const streams = Array.from({ length: 190 }, (_, index) => 2 * index + 1);
    const frames = streams.flatMap((stream, index) => {
      const opened = request(stream, QUERY);
      return index < 90 ? [opened, reset(stream)] : [opened];
    });
    socket.write(Buffer.concat([PREFACE, ...frames]));
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
    assert.ok(asked <= 104, `${asked} queries`);
    while (counters.clients > 0) await nextTurn();
  });
});

/** How many answers each TLS record ends, for a client that has as many streams open as it may. */
async function recordsFor(t: TestContext, ask: (stream: number) => Buffer): Promise<number[]> {
  const { socket } = await dialled(t);
  const requests = Array.from({ length: STREAMS }, (_, index) => ask(2 * index + 1));
  socket.write(Buffer.concat([PREFACE, ...requests]));
  return answered(socket, STREAMS);
}

async function dialled(t: TestContext, onQuery = echo) {
  const { listener, counters } = await streamListener(t, 'https', onQuery);
  const { socket } = await dialTls(t, listener.endpoint, { ALPNProtocols: ['h2'] });
  socket.removeAllListeners('data');
  return { socket, counters };
}

async function answered(socket: TLSSocket, count: number): Promise<number[]> {
  const records: number[] = [];
  for await (const record of socket.iterator({ destroyOnReturn: false })) {
    records.push(bodiesIn(record as Buffer));
    if (records.reduce((sum, bodies) => sum + bodies) === count) break;
  }
  socket.destroy();
  return records;
}
