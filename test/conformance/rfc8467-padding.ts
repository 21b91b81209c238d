/** RFC 7830 and RFC 8467: answers are padded, so that their length tells nothing of what they say. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { type Opt, option } from '../support/packet.ts';
import { must } from '../support/wire.ts';
import { ask, except, framed, HttpsClient, query, TcpClient } from './server.ts';

const PADDED: Opt = { options: option(12, '00'.repeat(20)) };
/** A small answer, a negative one, a refusal, and one of several blocks. */
const QUESTIONS = [
  'www.rich.example. AAAA',
  'missing.rich.example. A',
  'elsewhere.example. A',
  'large.rich.example. TXT',
];

describe('RFC 7830, RFC 8467: padding', except({ needs: 'a certificate' }), () => {
  const https = new HttpsClient();
  after(() => https.close());

  /** The reply over TLS and the reply over HTTPS. */
  async function replies(question: string, opt: Opt | []): Promise<Buffer[]> {
    const client = await TcpClient.openSecured();
    client.socket.write(framed(query({ question, opt })));
    const overTls = (await client.next()) ?? assert.fail('no reply');
    client.close();
    return [overTls, (await https.post(query({ question, opt }))).body];
  }

  for (const question of QUESTIONS)
    test(`RFC 8467 §4.1: the answer to ${question} is a multiple of 468 octets`, async () => {
      for (const reply of await replies(question, PADDED)) {
        assert.ok(reply.length > 0 && reply.length % 468 === 0, `${reply.length} octets`);
        const padding = must(decodeMessage(reply)).edns?.options.at(-1);
        assert.equal(padding?.code, 12);
        // RFC 7830 §3: zeros.
        assert.ok(padding.data.every((octet) => octet === 0));
      }
    });

  test('RFC 7830 §4: who did not ask for it gets none, nor does who knows no EDNS', async () => {
    for (const opt of [{}, [] as []]) {
      for (const reply of await replies('www.rich.example. AAAA', opt)) {
        assert.ok(reply.length < 200, `${reply.length} octets`);
      }
    }
  });

  test('RFC 7830 §6: what travels in the clear is not padded', async () => {
    const asked = { question: 'www.rich.example. AAAA', opt: PADDED };
    const client = await TcpClient.open();
    client.socket.write(framed(query(asked)));
    const overTcp = await client.next();
    client.close();
    for (const reply of [await ask(asked), overTcp]) assert.ok((reply?.length ?? 468) < 200);
  });
});
