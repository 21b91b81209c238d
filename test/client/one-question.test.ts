/** One question to one server: what comes of it. */
import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { decode, encode, streamDecode, streamEncode } from 'dns-packet';
import { askTcp } from '../../runtime/client/tcp.ts';
import { askUdp } from '../../runtime/client/udp.ts';
import { askUdpThenTcp } from '../../runtime/client/udp-then-tcp.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { atEnd } from '../support/at-end.ts';
import { freePort } from '../support/ports.ts';
import { closedPort, tcpServer } from '../support/servers.ts';
import { name } from '../support/wire.ts';

const QUESTION = { name: name('shop.example'), type: RRTYPE.SOA };
const AT = '127.0.0.1';
const TC = 0x0200;
const LONG = { timeoutMs: 10_000 };
const SHORT = { timeoutMs: 50 };

test('What is truncated over UDP is asked over TCP', async (t) => {
  const port = await freePort();
  await udpServer(t, port, (query) => [encode({ ...responseTo(query), flags: TC })]);
  const server = createServer((socket) =>
    socket.once('data', (octets: Buffer) => socket.end(streamEncode(responseTo(streamDecode(octets))))),
  ).listen(port, AT);
  await once(server, 'listening');
  atEnd(t, () => server.close());
  const reply = await askUdpThenTcp({ address: AT, port }, QUESTION, LONG);
  assert.ok(reply.kind === 'reply');
  assert.equal(reply.message.truncated, false);
});

test('Replies to other questions are not heard', async (t) => {
  const port = await freePort();
  await udpServer(t, port, (query) => {
    const right = responseTo(query);
    const other = [{ type: 'A' as const, name: 'other.example' }];
    return [{ ...right, id: right.id ^ 1 }, { ...right, questions: other }, right].map((each) =>
      encode(each),
    );
  });
  const reply = await askUdp({ address: AT, port }, QUESTION, LONG);
  assert.ok(reply.kind === 'reply');
});

test('A query that is lost is sent again', async (t) => {
  const port = await freePort();
  let count = 0;
  await udpServer(t, port, (query) => (++count < 3 ? [] : [encode(responseTo(query))]));
  assert.equal((await askUdp({ address: AT, port }, QUESTION, { timeoutMs: 2400 })).kind, 'reply');
});

test('Silence, a closed port and octets that are no message are told apart', async (t) => {
  const port = await freePort();
  await udpServer(t, port, () => []);
  assert.equal((await askUdp({ address: AT, port }, QUESTION, SHORT)).kind, 'silent');
  const closed = { address: AT, port: await closedPort() };
  assert.equal((await askUdp(closed, QUESTION, LONG)).kind, 'closed');
  assert.equal((await askTcp(closed, QUESTION, LONG)).kind, 'closed');
  const deaf = { address: AT, port: await tcpServer(t) };
  assert.equal((await askTcp(deaf, QUESTION, SHORT)).kind, 'silent');
  const rude = { address: AT, port: await tcpServer(t, (socket) => socket.end()) };
  assert.equal((await askTcp(rude, QUESTION, LONG)).kind, 'closed');
  const babbler = { address: AT, port: await tcpServer(t, (socket) => socket.write(Buffer.of(0, 2, 1, 1))) };
  assert.equal((await askTcp(babbler, QUESTION, LONG)).kind, 'malformed');
});

test('An address to which no packet can leave is told from a server that does not answer', async () => {
  // Nobody may send to all hosts unless a socket is made for that.
  const reply = await askUdp({ address: '255.255.255.255', port: 53 }, QUESTION, LONG);
  assert.equal(reply.kind, 'unreachable');
});

function responseTo({ id = 0, questions = [] }: Pick<ReturnType<typeof decode>, 'id' | 'questions'>) {
  return { type: 'response' as const, id, questions };
}

async function udpServer(
  t: TestContext,
  port: number,
  replies: (query: ReturnType<typeof decode>) => readonly Uint8Array[],
): Promise<void> {
  const socket = createSocket('udp4').bind(port, AT);
  await once(socket, 'listening');
  atEnd(t, () => socket.close());
  socket.on('message', (packet, peer: RemoteInfo) => {
    for (const reply of replies(decode(packet))) socket.send(reply, peer.port, peer.address);
  });
}
