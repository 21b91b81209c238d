/** RFC 8484: DNS queries over HTTPS. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ecs, packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { except, HttpsClient, query } from './server.ts';

const QUESTION = 'www.rich.example. AAAA';
const ANSWER = ['NOERROR qr aa', 'answer www.rich.example. 300 IN AAAA 2001:db8::1'];

describe('RFC 8484: HTTPS', except({ needs: 'a certificate' }), () => {
  const client = new HttpsClient();
  after(() => client.close());

  test('RFC 8484 §4.1: GET and POST are answered alike, with the type of DNS messages', async () => {
    const asked = packet({ id: 0, question: QUESTION });
    const [got, posted] = [await client.get(asked), await client.post(asked)];
    for (const { status, headers, body } of [got, posted]) {
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'application/dns-message');
      assert.deepEqual(replyToText(body), ANSWER);
    }
    // RFC 8484 §4.1: the id is 0, so that caches see one request.
    assert.deepEqual(got.body, posted.body);
    assert.equal(got.body.readUInt16BE(0), 0);
  });

  test('RFC 8484 §4.2.1: DNS errors are answers, and HTTP is well', async () => {
    for (const [question, expected] of [
      ['missing.rich.example. A', 'NXDOMAIN qr aa'],
      ['elsewhere.example. A', 'REFUSED qr'],
    ] as const) {
      const { status, body } = await client.post(query(question));
      assert.deepEqual([status, replyToText(body)[0]], [200, expected]);
    }
  });

  test('RFC 8484 §6: no answer is too long', async () => {
    const { body } = await client.post(query('large.rich.example. TXT'));
    assert.equal(replyToText(body).filter((line) => line.startsWith('answer')).length, 6);
  });

  /** Question → Cache-Control. */
  const CACHES = [
    ['the lowest TTL of the answers', QUESTION, 'max-age=300'],
    ['the lowest TTL of a chain', 'chain.rich.example. A', 'max-age=300'],
    ['the SOA, where the name is not there', 'missing.rich.example. A', 'max-age=60'],
    ['the SOA, where the type is not there', 'www.rich.example. MX', 'max-age=60'],
    ['nothing, where an answer is refused', 'elsewhere.example. A', 'no-store'],
    ['nothing, where others answer', 'host.sub.rich.example. A', 'no-store'],
    ['the client alone, where an answer is for it', 'subnet.rich.example. TXT', 'private, max-age=30'],
  ] as const;
  for (const [title, question, expected] of CACHES)
    test(`RFC 8484 §5.1: caches are told by ${title}`, async () => {
      const { headers } = await client.get(query(question));
      assert.equal(headers['cache-control'], expected);
    });

  test('RFC 8484 §5.1: an answer for the client that a query names is for no other', async () => {
    const opt = { options: ecs(1, 24, 0, 'c00002') };
    const { headers } = await client.get(query({ question: 'subnet.rich.example. TXT', opt }));
    assert.equal(headers['cache-control'], 'private, max-age=30');
  });

  test('RFC 8484 §4.1, RFC 9110 §15.5: what is no request of DNS gets a status that says why', async () => {
    const type = { 'content-type': 'application/dns-message' };
    const message = query(QUESTION);
    const statusOf = async (headers: Record<string, string>, body?: Uint8Array): Promise<number> =>
      (await client.request({ ':path': '/dns-query', ...headers }, body)).status;
    assert.equal(await statusOf({}), 400);
    assert.equal(await statusOf({ ':path': '/other', ':method': 'POST', ...type }, message), 404);
    assert.equal(await statusOf({ ':method': 'PUT', ...type }, message), 405);
    assert.equal(await statusOf({ ':method': 'POST', ...type }, Buffer.alloc(65_536)), 413);
    assert.equal(await statusOf({ ':method': 'POST', 'content-type': 'text/plain' }, message), 415);
    // RFC 1035 §4.1.1: a response is answered nowhere.
    const response = packet({ flags: 0x8000, question: QUESTION });
    assert.equal(await statusOf({ ':method': 'POST', ...type }, response), 400);
    assert.equal(await statusOf({ ':method': 'POST', ...type }, Buffer.alloc(11)), 400);
  });
});
