/** Many messages in answer to one question, over TCP: which count, where they end, and what ends them early. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Inquiry } from '../../runtime/client/inquiry.ts';
import { askTcp, askTcpStream } from '../../runtime/client/tcp.ts';
import { askUdp } from '../../runtime/client/udp.ts';
import { Signer } from '../../runtime/tsig/signature.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { framed, MessageReader } from '../../runtime/wire/message-reader.ts';
import { findTsig, readTsig } from '../../runtime/wire/tsig.ts';
import { tcpServer } from '../support/servers.ts';
import { name } from '../support/wire.ts';
import { KEY } from '../transfer/keys.ts';

const INQUIRY: Inquiry = { name: name('shop.example'), type: RRTYPE.AXFR, edns: false };
const PATIENT = { timeoutMs: 10_000, mostOctets: 1 << 20 };

/** A server that sends these messages to whatever it is asked. */
async function serverOf(
  t: TestContext,
  answersTo: (query: Uint8Array) => Iterable<Uint8Array>,
  after: (socket: Socket) => void = () => {},
) {
  const port = await tcpServer(t, (socket) => {
    const reader = new MessageReader();
    socket.on('data', (chunk: Buffer) => {
      reader.append(chunk);
      const query = reader.next();
      if (query === undefined) return;
      for (const answer of answersTo(query)) socket.write(framed(answer));
      after(socket);
    });
  });
  return { address: '127.0.0.1', port };
}

/** The query itself as its answer, without its TSIG. */
function answer(query: Uint8Array): Uint8Array {
  const octets = Uint8Array.from(query.subarray(0, findTsig(query) ?? query.length));
  octets[2] = (octets[2] ?? 0) | 0x80;
  octets.fill(0, 6, 12);
  return octets;
}

/** As many answers, of which those at the given places are signed. */
function* answers(query: Uint8Array, count: number, isSigned: (index: number) => boolean) {
  const at = findTsig(query);
  const tsig = at === undefined ? undefined : readTsig(query, at);
  const signer = tsig && new Signer(KEY, tsig.mac);
  for (let index = 0; index < count; index += 1) {
    const bare = answer(query);
    yield signer !== undefined && isSigned(index) ? signer.sign(bare).signed : bare;
  }
}

/** Takes so many. */
function taker(count: number) {
  let taken = 0;
  return { take: () => (++taken < count ? 'more' : 'done'), taken: () => taken };
}

test('All messages are handed over, until there have been enough', async (t) => {
  const server = await serverOf(t, (query) => answers(query, 9, () => false));
  const { take, taken } = taker(5);
  assert.equal(await askTcpStream(server, INQUIRY, PATIENT, take), undefined);
  assert.equal(taken(), 5);
});

test('RFC 8945 §5.3.1: signed, each message goes on from the one before, and the last has to be', async (t) => {
  const signed = { ...PATIENT, key: KEY };
  for (const [isSigned, outcome] of [
    [() => true, undefined],
    [() => false, 'it is not signed'],
    [(index: number) => index === 0, 'its last message is not signed'],
  ] as const) {
    const server = await serverOf(t, (query) => answers(query, 1 + 2, isSigned));
    const noReply = await askTcpStream(server, INQUIRY, signed, taker(3).take);
    assert.deepEqual(noReply, outcome && { kind: 'untrusted', why: outcome });
  }
});

test('A stream that ends before its time, stands still or holds too much is told apart', async (t) => {
  const three = (query: Uint8Array) => answers(query, 3, () => false);
  const hasty = await serverOf(t, three, (socket) => socket.end());
  assert.deepEqual(await askTcpStream(hasty, INQUIRY, PATIENT, taker(4).take), { kind: 'closed' });
  const slow = await serverOf(t, three);
  const { take, taken } = taker(4);
  const impatient = { ...PATIENT, timeoutMs: 50 };
  assert.deepEqual(await askTcpStream(slow, INQUIRY, impatient, take), { kind: 'silent' });
  assert.equal(taken(), 3);
  const modest = { ...PATIENT, mostOctets: 70 };
  const { kind } = (await askTcpStream(slow, INQUIRY, modest, taker(4).take)) ?? {};
  assert.equal(kind, 'too-large');
});

test('A question that is called off ends at once, over either transport', async (t) => {
  const silent = await serverOf(t, () => []);
  const calledOff = { timeoutMs: 60_000, signal: AbortSignal.timeout(20) };
  assert.deepEqual(await askTcp(silent, INQUIRY, calledOff), { kind: 'stopped' });
  assert.deepEqual(await askUdp(silent, INQUIRY, { ...calledOff, signal: AbortSignal.abort() }), {
    kind: 'stopped',
  });
});

test('What answers another question over TCP is no reply', async (t) => {
  const server = await serverOf(t, (query) => {
    const other = answer(query);
    other[0] = (other[0] ?? 0) ^ 1;
    return [other];
  });
  assert.equal((await askTcp(server, INQUIRY, PATIENT)).kind, 'malformed');
});

test('A fault of who takes the messages is theirs', async (t) => {
  const server = await serverOf(t, (query) => [answer(query)]);
  const take = () => assert.fail('out of order');
  await assert.rejects(askTcpStream(server, INQUIRY, PATIENT, take), /out of order/);
});
