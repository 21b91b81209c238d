/**
 * RFC 7873: DNS cookies, as RFC 9018 has servers make them. The test vectors of RFC 9018 are held
 * against runtime/answer/limits/server-cookies.ts in test/answer: only that takes a clock and a secret.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { type Asked, option } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { must } from '../support/wire.ts';
import { ask, except, framed, query, TcpClient } from './server.ts';

const QUESTION = 'www.rich.example. AAAA';
const ANSWER = 'answer www.rich.example. 300 IN AAAA 2001:db8::1';
const CLIENT = '0102030405060708';

/** NSD and Knot have cookies off unless they are told otherwise. */
const NEEDS = except({ needs: 'cookies' });

/** A query with a cookie, in hexadecimal. */
function withCookie(data: string, question: Asked = { question: QUESTION }): Asked {
  return { ...question, opt: { options: option(10, data) } };
}

function cookieIn(reply: Uint8Array): string {
  return Buffer.from(must(decodeMessage(reply)).edns?.cookie ?? []).toString('hex');
}

async function learn(client = CLIENT): Promise<string> {
  return cookieIn(await ask(withCookie(client)));
}

describe('RFC 7873: DNS cookies', NEEDS, () => {
  test('RFC 7873 §5.2.1: a query without a cookie gets none', async () => {
    assert.deepEqual(replyToText(await ask({ question: QUESTION, opt: {} })), [
      'NOERROR qr aa',
      ANSWER,
      'edns udp 1232',
    ]);
  });

  test('RFC 7873 §5.2.2: valid lengths are 8 and 16 to 40; any other is FORMERR', async () => {
    for (const octets of [0, 1, 7, 9, 15, 41, 100]) {
      const reply = replyToText(await ask(withCookie('ab'.repeat(octets))));
      assert.deepEqual(reply, ['FORMERR qr', 'edns udp 1232'], `${octets} octets`);
    }
    for (const octets of [8, 16, 17, 24, 25, 40]) {
      const reply = replyToText(await ask(withCookie('ab'.repeat(octets))));
      assert.deepEqual(reply, ['NOERROR qr aa', ANSWER, 'edns udp 1232, option 10'], `${octets} octets`);
    }
  });

  test('RFC 7873 §5.2.3: a client cookie comes back with one of the server', async () => {
    const cookie = await learn();
    assert.equal(cookie.slice(0, 16), CLIENT);
    assert.equal(cookie.length, 48);
  });

  test('RFC 9018 §4: that has version 1, nothing in the reserved bits, and the time', async () => {
    const cookie = await learn();
    assert.equal(cookie.slice(16, 24), '01000000');
    const age = Math.floor(Date.now() / 1000) - Number.parseInt(cookie.slice(24, 32), 16);
    assert.ok(age >= 0 && age < 60, `${age} s`);
  });

  test('RFC 7873 §4.2: clients with different cookies get different ones', async () => {
    assert.notEqual((await learn()).slice(32), (await learn('1112131415161718')).slice(32));
  });

  test('RFC 7873 §5.2.4: an invalid server cookie is as good as none, and replaced', async () => {
    const sent = `${CLIENT}01000000ffffffff0000000000000000`;
    const reply = await ask(withCookie(sent));
    assert.deepEqual(replyToText(reply), ['NOERROR qr aa', ANSWER, 'edns udp 1232, option 10']);
    assert.notEqual(cookieIn(reply), sent);
  });

  test('RFC 7873 §5.2.5: a valid one comes back', async () => {
    const cookie = await learn();
    assert.equal(cookieIn(await ask(withCookie(cookie))), cookie);
  });

  test('RFC 7873 §5.2: of several the first counts', async () => {
    const cookie = await learn();
    const both = { question: QUESTION, opt: { options: option(10, cookie) + option(10, 'abcd') } };
    assert.equal(cookieIn(await ask(both)), cookie);
  });

  test('RFC 7873 §5.2.3: errors bring it as well', async () => {
    const reply = await ask(withCookie(CLIENT, { question: 'elsewhere.example. A' }));
    assert.deepEqual(replyToText(reply), ['REFUSED qr', 'edns udp 1232, error 20, option 10']);
  });

  test('RFC 7873 §5.4: without a question, a client cookie is answered by a cookie', async () => {
    const reply = await ask(withCookie(CLIENT, {}));
    assert.deepEqual(replyToText(reply), ['NOERROR qr', 'edns udp 1232, option 10']);
    assert.equal(cookieIn(reply).length, 48);
  });

  test('RFC 7873 §5.4: and a server cookie by whether it holds', async () => {
    const cookie = await learn();
    assert.deepEqual(replyToText(await ask(withCookie(cookie, {}))), [
      'NOERROR qr',
      'edns udp 1232, option 10',
    ]);
    const bad = await ask(withCookie(`${CLIENT}${'00'.repeat(16)}`, {}));
    assert.deepEqual(replyToText(bad), ['BADCOOKIE qr', 'edns udp 1232, option 10']);
    assert.equal(cookieIn(bad), await learn());
  });

  test('RFC 7873 §5.2.3: cookies travel over TCP, too', async () => {
    const client = await TcpClient.open();
    client.socket.write(framed(query(withCookie(CLIENT))));
    assert.equal(cookieIn((await client.next()) ?? assert.fail()).slice(0, 16), CLIENT);
    client.close();
  });

  test('RFC 6891 §6.2.5: a cookie has its room in what the client takes', async () => {
    const reply = await ask({
      question: 'crowd.rich.example. MX',
      opt: { udpSize: 512, options: option(10, CLIENT) },
    });
    assert.ok(reply.length <= 512);
    assert.equal(cookieIn(reply).length, 48);
  });
});
