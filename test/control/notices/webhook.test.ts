/** Messages are signed as Standard Webhooks says, and what a recipient replies is understood. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { NoticeMessage } from '../../../runtime/control/notices/notice.ts';
import { postMessage, webhookSignature } from '../../../runtime/control/notices/webhook.ts';
import { atEnd } from '../../support/at-end.ts';

const MESSAGE: NoticeMessage = {
  id: 'msg_1',
  type: 'dnsteer.notices',
  timestamp: '2026-11-30T12:00:00.000Z',
  data: { server: 'ns1', summary: 'pool shop.example/eu is down', notices: [] },
};
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEVER = new AbortController().signal;

test('The signature is that of the example of the specification', () => {
  assert.equal(
    webhookSignature(SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function recipient(context: TestContext, status: number) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, { Location: 'http://192.0.2.1/' }).end('whatever');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(context, () => server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

test('Who has the secret can check a message, and what it says is all there', async (context) => {
  const { received, url } = await recipient(context, 204);
  assert.deepEqual(await postMessage({ url, secret: SECRET }, MESSAGE, NEVER), {
    ok: true,
    value: undefined,
  });
  const [{ headers, body }] = received as [Received];
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
  const key = Buffer.from(SECRET.slice(6), 'base64');
  const expected = createHmac('sha256', key).update([id, time, body].join('.')).digest('base64');
  assert.equal(signature, `v1,${expected}`);
  assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60);
  const { id: _, ...rest } = MESSAGE;
  assert.deepEqual([headers['content-type'], JSON.parse(body)], ['application/json', rest]);
});

test('Refusals are told, and one for good is known as such; nobody is led elsewhere', async (context) => {
  for (const [status, problem] of [
    [500, { why: 'it replied 500' }],
    [302, { why: 'it replied 302' }],
    [410, { why: 'it replied 410', isGone: true }],
  ] as const) {
    const { url } = await recipient(context, status);
    assert.deepEqual(await postMessage({ url, secret: SECRET }, MESSAGE, NEVER), { ok: false, problem });
  }
  const nobody = await postMessage({ url: 'http://127.0.0.1:1/', secret: SECRET }, MESSAGE, NEVER);
  assert.ok(!nobody.ok);
});
