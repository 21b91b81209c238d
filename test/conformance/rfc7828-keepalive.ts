/** RFC 7828: how long a TCP connection may be idle, told in an EDNS option. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { option } from '../support/packet.ts';
import { must } from '../support/wire.ts';
import { ask, except, framed, query, TcpClient } from './server.ts';

const QUESTION = 'www.rich.example. AAAA';
const ASKED = { question: QUESTION, opt: { options: option(11, '') } };

/** What the option of a reply holds, if there is one. */
function keepalive(reply: Uint8Array | undefined): string | undefined {
  const { edns } = must(decodeMessage(reply ?? new Uint8Array(0)));
  const found = edns?.options.find(({ code }) => code === 11);
  return found && Buffer.from(found.data).toString('hex');
}

describe('RFC 7828: keepalive', except({ needs: 'a known time' }), () => {
  const OVER = [
    { title: 'TCP', open: () => TcpClient.open() },
    { title: 'TLS', open: () => TcpClient.openSecured() },
  ];
  for (const { title, open } of OVER)
    test(`RFC 7828 §3.3.2: who asks over ${title} is told, in units of 100 ms`, async () => {
      const client = await open();
      client.socket.write(framed(query(ASKED)));
      // One second, as this server is set.
      assert.equal(keepalive(await client.next()), '000a');
      client.socket.write(framed(query({ question: QUESTION, opt: {} })));
      assert.equal(keepalive(await client.next()), undefined);
      client.close();
    });

  test('RFC 7828 §3.2.1: over UDP the option is ignored', async () => {
    assert.equal(keepalive(await ask(ASKED)), undefined);
  });
});
