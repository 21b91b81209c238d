/** RFC 7766: DNS over TCP, one connection for many queries. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { except, framed, query, TcpClient } from './server.ts';

const STATIC = 'www.rich.example. AAAA';
const ANSWER = ['NOERROR qr aa', 'answer www.rich.example. 300 IN AAAA 2001:db8::1'];

describe('RFC 7766: TCP', () => {
  let client: TcpClient;
  beforeEach(async () => {
    client = await TcpClient.open();
  });
  afterEach(() => client.close());

  /** The next reply in text, or `undefined` at the end of the connection. */
  async function next(): Promise<string[] | undefined> {
    const reply = await client.next();
    return reply && replyToText(reply);
  }

  test('RFC 7766 §5: what is asked over TCP is answered as over UDP', async () => {
    client.socket.write(framed(query(STATIC)));
    assert.deepEqual(await next(), ANSWER);
  });

  test('RFC 7766 §6.2.1: a connection serves one query after another', async () => {
    for (let count = 0; count < 5; count += 1) {
      client.socket.write(framed(query(STATIC)));
      assert.deepEqual(await next(), ANSWER);
    }
  });

  test('RFC 7766 §6.2.1.1: queries need not wait for answers, all of which come', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => 1000 + index);
    for (const id of ids) {
      const question = id % 2 === 0 ? STATIC : `n${id}.tenant.rich.example. TXT`;
      client.socket.write(framed(packet({ id, question })));
    }
    const answered: number[] = [];
    for (const _ of ids) answered.push((await client.next())?.readUInt16BE(0) ?? -1);
    assert.deepEqual(
      answered.toSorted((a, b) => a - b),
      ids,
    );
  });

  test(
    'RFC 7766 §7: an answer that is there does not wait for one that is not',
    except({ needs: 'a policy' }),
    async () => {
      // A name never asked before: the sandbox decides.
      const slow = packet({ id: 1, question: 'overtaken.tenant.rich.example. TXT' });
      client.socket.write(framed(slow, packet({ id: 2, question: STATIC })));
      const order = [await client.next(), await client.next()].map((reply) => reply?.readUInt16BE(0));
      assert.deepEqual(order, [2, 1]);
    },
  );

  test('RFC 7766 §8: messages may share a segment', async () => {
    client.socket.write(framed(query(STATIC), query(STATIC), query(STATIC)));
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await next(), ANSWER);
  });

  test('RFC 7766 §8: a message may be spread over segments, its length too', async () => {
    for (const octet of framed(query(STATIC))) {
      client.socket.write(Buffer.of(octet));
      await setImmediate();
    }
    assert.deepEqual(await next(), ANSWER);
  });

  test('RFC 7766 §6.2.3: a connection that stays silent is closed', async () => {
    client.socket.write(framed(query(STATIC)));
    assert.deepEqual(await next(), ANSWER);
    assert.equal(await client.next(), undefined);
  });

  test(
    'RFC 9293 §3.6.1: a client that has ended its side gets its answers',
    except({ needs: 'a policy' }),
    async () => {
      client.socket.end(framed(query('ended.tenant.rich.example. TXT'), query(STATIC)));
      assert.equal((await next())?.[0], 'NOERROR qr aa');
      assert.equal((await next())?.[0], 'NOERROR qr aa');
      assert.equal(await client.next(), undefined);
    },
  );

  test('RFC 1035 §4.2.2: answers of any size come whole, EDNS or not', async () => {
    for (const opt of [[], { udpSize: 512 }]) {
      client.socket.write(framed(query({ question: 'large.rich.example. TXT', opt })));
      const reply = (await client.next()) ?? assert.fail('no reply');
      assert.ok(reply.length > 1232);
      const lines = replyToText(reply);
      assert.equal(lines[0], 'NOERROR qr aa');
      assert.equal(lines.filter((line) => line.startsWith('answer')).length, 6);
    }
  });

  test('RFC 1035 §4.1.1: a response is not answered here either', async () => {
    client.socket.write(framed(packet({ flags: 0x8000, question: STATIC })));
    assert.equal(await client.next(), undefined);
  });

  test(
    'RFC 1035 §4.1.1: a zone transfer is refused',
    except({ failsOn: { knot: 'NOTAUTH (RFC 8945 §5.2)' } }),
    async () => {
      client.socket.write(framed(query('rich.example. AXFR')));
      assert.deepEqual(await next(), ['REFUSED qr']);
    },
  );
});
