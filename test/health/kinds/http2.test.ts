/** Checks over HTTP/2: what is asked, what counts, and servers that speak something else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { atEnd } from '../../support/at-end.ts';
import { createAuthority } from '../../support/certificates.ts';
import { closedPort, httpServer, type Scope, tcpServer } from '../../support/servers.ts';
import { listening } from './http2-server.ts';
import { probed, probedLoad } from './probed.ts';

const CHECK = { type: 'http', version: 2 };
const SHORT = { interval: 1, timeout: 0.2 };

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

test('A good status is enough, whatever follows it', async (t) => {
  const port = await server(t, (stream) => stream.respond({ ':status': 204 }));
  assert.equal(await probed({ ...CHECK, port }), undefined);
  const away = await server(t, (stream) => stream.respond({ ':status': 503 }));
  assert.match((await probed({ ...CHECK, port: away })) ?? '', /503/);
  assert.equal(await probed({ ...CHECK, port: away, status: [503] }), undefined);
});

test('The status counts that comes behind early ones', async (t) => {
  const port = await server(t, (stream) => {
    stream.additionalHeaders({ ':status': 103 });
    stream.respond({ ':status': 200 });
  });
  assert.equal(await probed({ ...CHECK, port }), undefined);
});

test('What the check says is asked, with names in lower case; what the operator says counts before it', async (t) => {
  const asked: IncomingHttpHeaders[] = [];
  const port = await server(t, (stream, headers) => {
    asked.push(headers);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  const check = {
    ...CHECK,
    port,
    path: '/up?a=1',
    host: 'shop.test',
    headers: { 'X-Probe': 'policy', Accept: 'text/plain' },
  };
  assert.equal(await probed(check), undefined);
  const rule = { servers: ['127.0.0.1'], verify: true, method: 'HEAD', headers: { 'x-probe': 'operator' } };
  assert.equal(await probed(check, { rules: () => [rule] }), undefined);
  assert.deepEqual(
    asked.map((one) => [
      one[':method'],
      one[':path'],
      one[':authority'],
      one['x-probe'],
      one.accept,
      one['user-agent'],
    ]),
    [
      ['GET', '/up?a=1', `shop.test:${port}`, 'policy', 'text/plain', 'dnsteer'],
      ['HEAD', '/up?a=1', `shop.test:${port}`, 'operator', 'text/plain', 'dnsteer'],
    ],
  );
});

test('A text is looked for in the body, and a load in a header or in JSON', async (t) => {
  const port = await server(t, (stream) => {
    stream.respond({ ':status': 200, 'x-load': '0.5' });
    stream.write('{"all": "we');
    stream.end('ll", "load": 3}');
  });
  assert.equal(await probed({ ...CHECK, port, expect: 'well' }), undefined);
  assert.match((await probed({ ...CHECK, port, expect: 'ill' })) ?? '', /^"ill" did not come/);
  assert.deepEqual(await probedLoad({ ...CHECK, port, load: { header: 'X-Load' } }), { ok: true, load: 0.5 });
  assert.deepEqual(await probedLoad({ ...CHECK, port, load: { json: 'load' } }), { ok: true, load: 3 });
});

test('A body without end is read no further than is looked at', async (t) => {
  let sent = 0;
  const port = await server(t, (stream) => {
    stream.respond({ ':status': 200 });
    const more = (): void => {
      while (!stream.destroyed && stream.write('x'.repeat(1000))) sent += 1000;
      if (!stream.destroyed) stream.once('drain', more);
    };
    more();
  });
  assert.match((await probed({ ...CHECK, port, expect: 'y' })) ?? '', /^"y" did not come/);
  assert.ok(sent < 1_000_000);
});

test('Over TLS the certificate must be for the host, and TLS must choose HTTP/2', async (t) => {
  const authority = createAuthority();
  const secure = createSecureServer(authority.issue('DNS:shop.test'));
  secure.on('stream', (stream: ServerHttp2Stream) => stream.respond({ ':status': 200 }, { endStream: true }));
  const port = await listening(t, secure);
  const rules = () => [{ servers: ['127.0.0.1'], ca: authority.ca, verify: true, headers: {} }];
  const check = { ...CHECK, type: 'https', host: 'shop.test' };
  assert.equal(await probed({ ...check, port }, { rules }), undefined);
  assert.match((await probed({ ...check, port, host: 'other.test' }, { rules })) ?? '', /another name/);
  const old = createTlsServer(authority.issue('DNS:shop.test'), (socket) => socket.on('error', () => {}));
  old.listen(0, '127.0.0.1');
  await once(old, 'listening');
  atEnd(t, () => old.close());
  const { port: oldPort } = old.address() as AddressInfo;
  assert.equal(
    await probed({ ...check, port: oldPort }, { rules }),
    'Server does not speak HTTP/2: TLS did not choose "h2"',
  );
});

test('A server of HTTP/1.1, one that says nothing, hangs up or is not there is bad', async (t) => {
  assert.notEqual(await probed({ ...CHECK, ...SHORT, port: await httpServer(t) }), undefined);
  assert.equal(await probed({ ...CHECK, ...SHORT, port: await tcpServer(t) }), 'No answer within 200 ms');
  const rude = await tcpServer(t, (socket) => socket.destroy());
  assert.notEqual(await probed({ ...CHECK, port: rude }), undefined);
  assert.equal(await probed({ ...CHECK, port: await closedPort() }), 'Connection refused');
  const reset = await server(t, (stream) => stream.close(2));
  assert.notEqual(await probed({ ...CHECK, port: reset }), undefined);
});

test('A header that HTTP/2 does not have is a problem of the check alone', async (t) => {
  const port = await server(t, (stream) => stream.respond({ ':status': 200 }));
  assert.match((await probed({ ...CHECK, port, headers: { 'Keep-Alive': '5' } })) ?? '', /header/i);
});

test('Nothing is said to the admin server', async (t) => {
  let octets = 0;
  const port = await tcpServer(t, (socket) => socket.on('data', () => octets++));
  const forbidden = () => [{ address: '127.0.0.1', port }];
  assert.match((await probed({ ...CHECK, port }, { forbidden })) ?? '', /^Refused/);
  assert.equal(octets, 0);
});

async function server(t: Scope, serve: Serve): Promise<number> {
  const made = createServer();
  made.on('stream', (stream: ServerHttp2Stream, headers) =>
    serve(
      stream.on('error', () => {}),
      headers,
    ),
  );
  return await listening(t, made);
}
