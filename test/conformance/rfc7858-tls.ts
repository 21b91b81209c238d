/** RFC 7858: DNS over TLS. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { except, framed, query, TcpClient } from './server.ts';

const QUESTION = 'www.rich.example. AAAA';
const ANSWER = ['NOERROR qr aa', 'answer www.rich.example. 300 IN AAAA 2001:db8::1'];

describe('RFC 7858: TLS', except({ needs: 'a certificate' }), () => {
  test('RFC 7858 §3.3: one connection serves pipelined queries, and answers as they are there', async () => {
    const client = await TcpClient.openSecured();
    const slow = packet({ id: 1, question: 'behind-tls.tenant.rich.example. TXT' });
    client.socket.write(framed(slow, packet({ id: 2, question: QUESTION })));
    const order = [await client.next(), await client.next()].map((reply) => reply?.readUInt16BE(0));
    assert.deepEqual(order, [2, 1]);
    client.socket.write(framed(query(QUESTION)));
    assert.deepEqual(replyToText((await client.next()) ?? assert.fail()), ANSWER);
    client.close();
  });

  test('RFC 7858 §3.4: a session is resumed', async () => {
    const client = await TcpClient.openSecured();
    const ticket = once(client.socket, 'session') as Promise<[Buffer]>;
    client.socket.write(framed(query(QUESTION)));
    await client.next();
    const [session] = await ticket;
    client.close();
    const again = await TcpClient.openSecured({ session });
    assert.ok(again.socket instanceof TLSSocket && again.socket.isSessionReused());
    again.socket.write(framed(query(QUESTION)));
    assert.deepEqual(replyToText((await again.next()) ?? assert.fail()), ANSWER);
    again.close();
  });

  test('RFC 7858 §3.4: a connection that stays silent is closed', async () => {
    const client = await TcpClient.openSecured();
    assert.equal(await client.next(), undefined);
  });

  test('RFC 7858 §3.1: what is not TLS gets no answer', async () => {
    await assert.rejects(TcpClient.openSecured({ ALPNProtocols: ['h2'] }), /alert|ECONNRESET|disconnected/i);
  });

  test('RFC 1035 §4.1.1: a response is not answered here either', async () => {
    const client = await TcpClient.openSecured();
    client.socket.write(framed(packet({ flags: 0x8000, question: QUESTION })));
    assert.equal(await client.next().catch(() => undefined), undefined);
  });
});
