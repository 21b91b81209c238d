/** Health services of gRPC servers: the states they say, how calls end, and servers that are none. */
import assert from 'node:assert/strict';
import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import { test } from 'node:test';
import { createAuthority } from '../../support/certificates.ts';
import { closedPort, httpServer, type Scope, tcpServer } from '../../support/servers.ts';
import { listening } from './http2-server.ts';
import { probed } from './probed.ts';

const CHECK = { type: 'grpc' };

/** A reply in its frame. */
function framed(...message: number[]): Buffer {
  return Buffer.from([0, 0, 0, 0, message.length, ...message]);
}

function answer(stream: ServerHttp2Stream, reply: Buffer, trailers: Record<string, string>): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(reply);
}

const OK = { 'grpc-status': '0' };

for (const [what, reply, trailers, expected] of [
  ['SERVING', framed(8, 1), OK, undefined],
  ['NOT_SERVING', framed(8, 2), OK, 'Service is NOT_SERVING'],
  ['SERVICE_UNKNOWN', framed(8, 3), OK, 'Service is SERVICE_UNKNOWN'],
  ['nothing', framed(), OK, 'Service is UNKNOWN'],
  ['something else', framed(0x12, 1, 0x61), OK, 'Service is UNKNOWN'],
  ['half a message', framed(8, 1).subarray(0, 6), OK, 'Response is not gRPC: its message is broken'],
  ['no message', Buffer.alloc(0), OK, 'Response is not gRPC: its message is broken'],
  ['too much', Buffer.alloc(2000), OK, 'Reply is too long'],
  [
    'an error',
    Buffer.alloc(0),
    { 'grpc-status': '5', 'grpc-message': 'unknown service' },
    'gRPC status 5 NOT_FOUND: unknown service',
  ],
  ['no status', framed(8, 1), {}, 'Response is not gRPC: it has no grpc-status'],
] as const) {
  test(`A server that says ${what}`, async (t) => {
    const port = await grpcServer(t, (stream) => answer(stream, reply, trailers));
    assert.equal(await probed({ ...CHECK, port }), expected);
  });
}

test('It asks for the service, by the path of the health service', async (t) => {
  const asked: unknown[] = [];
  const port = await grpcServer(t, (stream, headers) => {
    const { ':path': path, ':method': method, ':authority': authority, te } = headers;
    stream.once('data', (octets: Buffer) => {
      asked.push([path, method, authority, te, octets.toString('hex')]);
      answer(stream, framed(8, 1), OK);
    });
  });
  assert.equal(await probed({ ...CHECK, port, service: 'a.B' }), undefined);
  assert.equal(await probed({ ...CHECK, port, service: 'x'.repeat(200), host: 'shop.test' }), undefined);
  const path = '/grpc.health.v1.Health/Check';
  assert.deepEqual(asked, [
    [path, 'POST', `127.0.0.1:${port}`, 'trailers', '00000000050a03612e42'],
    [path, 'POST', 'shop.test', 'trailers', `00000000cb0ac801${'78'.repeat(200)}`],
  ]);
});

test('A call may end in its headers', async (t) => {
  const port = await grpcServer(t, (stream) =>
    stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true }),
  );
  assert.equal(await probed({ ...CHECK, port }), 'gRPC status 12 UNIMPLEMENTED');
});

test('Over TLS the certificate must be for the host', async (t) => {
  const authority = createAuthority();
  const server = createSecureServer(authority.issue('DNS:shop.test'));
  server.on('stream', (stream: ServerHttp2Stream) => answer(stream, framed(8, 1), OK));
  const port = await listening(t, server);
  const trust = { servers: ['127.0.0.1'], ca: authority.ca, verify: true, headers: {} };
  const check = { ...CHECK, port, tls: true };
  assert.equal(await probed({ ...check, host: 'shop.test' }, { rules: () => [trust] }), undefined);
  assert.match(
    (await probed({ ...check, host: 'other.test' }, { rules: () => [trust] })) ?? '',
    /^Certificate is for another name/,
  );
  assert.match((await probed({ ...check, host: 'shop.test' })) ?? '', /^Certificate comes from an authority/);
});

test('A server of HTTP/1.1, one that says nothing, hangs up or is not there is bad', async (t) => {
  const short = { interval: 1, timeout: 0.2 };
  assert.notEqual(await probed({ ...CHECK, ...short, port: await httpServer(t) }), undefined);
  assert.equal(await probed({ ...CHECK, ...short, port: await tcpServer(t) }), 'No answer within 200 ms');
  assert.notEqual(
    await probed({ ...CHECK, port: await tcpServer(t, (socket) => socket.destroy()) }),
    undefined,
  );
  assert.equal(await probed({ ...CHECK, port: await closedPort() }), 'Connection refused');
  const status = await grpcServer(t, (stream) => stream.respond({ ':status': 503 }, { endStream: true }));
  assert.equal(await probed({ ...CHECK, port: status }), 'Status 503');
});

test('Nothing is said to the admin server', async (t) => {
  let octets = 0;
  const port = await tcpServer(t, (socket) => socket.on('data', () => octets++));
  const forbidden = () => [{ address: '127.0.0.1', port }];
  assert.match((await probed({ ...CHECK, port }, { forbidden })) ?? '', /^Refused/);
  assert.equal(octets, 0);
});

async function grpcServer(
  t: Scope,
  serve: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
): Promise<number> {
  const server = createServer();
  server.on('stream', serve);
  return await listening(t, server);
}
