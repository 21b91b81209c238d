/** With `cookies.mode: required`, UDP clients that know cookies have to send one of ours (RFC 7873 §5.2.3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerCookies } from '../../runtime/answer/limits/server-cookies.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import type { Message } from '../../runtime/wire/message.ts';
import type { Transport } from '../../runtime/wire/transport.ts';
import { type Asked, option, packet } from '../support/packet.ts';
import { must } from '../support/wire.ts';
import { Server } from './server.ts';

const CLIENT = '0102030405060708';
const QUESTION = { question: 'www.example.com. A' };

function requiring(): Server {
  const cookies = new ServerCookies();
  cookies.use({ secrets: ['00'.repeat(16)], isRequired: true });
  const server = new Server({ cookies });
  server.put({ records: 'www A 192.0.2.1' });
  return server;
}

function ask(server: Server, asked: Asked, transport: Transport = 'udp', address = '192.0.2.53'): Message {
  const replies: Buffer[] = [];
  const reply = (response: Uint8Array): unknown => replies.push(Buffer.from(response));
  server.responder.respond(packet(asked), { transport, address, reply });
  return must(decodeMessage(replies[0] ?? assert.fail('no reply')));
}

const withCookie = (data: string): Asked => ({ ...QUESTION, opt: { options: option(10, data) } });

/** Response code and number of answers. */
function summary({ rcode, answers }: Message): string {
  return `${rcodeToText(rcode)} ${answers.length}`;
}

test('Who sends its own part alone, or a cookie that is none of ours, gets BADCOOKIE and the right one', () => {
  const server = requiring();
  for (const data of [CLIENT, `${CLIENT}${'00'.repeat(16)}`, `${CLIENT}${'ab'.repeat(8)}`]) {
    const refused = ask(server, withCookie(data));
    assert.equal(summary(refused), 'BADCOOKIE 0');
    const cookie = Buffer.from(refused.edns?.cookie ?? []).toString('hex');
    assert.equal(summary(ask(server, withCookie(cookie))), 'NOERROR 1');
    assert.equal(summary(ask(server, withCookie(cookie), 'udp', '192.0.2.54')), 'BADCOOKIE 0');
  }
});

test('Over TCP, where the address is proven, its own part is enough', () => {
  assert.equal(summary(ask(requiring(), withCookie(CLIENT), 'tcp')), 'NOERROR 1');
});

test('Clients that know no cookies are answered as ever', () => {
  assert.equal(summary(ask(requiring(), QUESTION)), 'NOERROR 1');
  assert.equal(summary(ask(requiring(), { ...QUESTION, opt: {} })), 'NOERROR 1');
});

test('They are counted by what they were worth', () => {
  const server = requiring();
  const cookie = Buffer.from(ask(server, withCookie(CLIENT)).edns?.cookie ?? []).toString('hex');
  ask(server, withCookie(cookie));
  ask(server, withCookie(`${CLIENT}${'00'.repeat(16)}`));
  ask(server, QUESTION);
  assert.deepEqual(server.counters.cookies, { client: 1, invalid: 1, valid: 1 });
});
