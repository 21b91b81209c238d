/** Probes against real servers on loopback: good ones, bad ones, silent ones, and ones that are not there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { HttpTarget } from '../../runtime/health/kinds/http-request.ts';
import type { TcpTarget } from '../../runtime/health/kinds/tcp.ts';
import { createNetworkProbe } from '../../runtime/health/network-probe.ts';
import { createAuthority } from '../support/certificates.ts';
import { closedPort, httpServer, httpsServer, tcpServer } from '../support/servers.ts';

const never = new AbortController().signal;
const timing = { id: 'test', intervalMs: 10_000, timeoutMs: 5000, rise: 2, fall: 3 };
const probe = createNetworkProbe();

function tcp(port: number, timeoutMs = 5000): TcpTarget {
  return { ...timing, timeoutMs, type: 'tcp', address: '127.0.0.1', port };
}

function http(port: number, changes: Partial<HttpTarget> = {}): HttpTarget {
  const asked = { path: '/healthz', host: 'example.com', status: undefined };
  return { ...timing, type: 'http', address: '127.0.0.1', port, ...asked, ...changes };
}

/** The problem a probe found, or undefined. */
async function problem(target: TcpTarget | HttpTarget, run = probe): Promise<string | undefined> {
  const result = await run(target, never);
  assert.ok(result.elapsedMs >= 0);
  return result.ok ? undefined : result.problem;
}

describe('tcp', () => {
  test('A server that accepts is good, and the connection is closed', async (t) => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const port = await tcpServer(t, resolve);
    assert.equal(await problem(tcp(port)), undefined);
    const socket = await promise;
    socket.resume();
    await once(socket, 'close');
  });

  test('A closed port is bad', async () => {
    assert.equal(await problem(tcp(await closedPort())), 'Connection refused');
  });

  test('An aborted probe ends', async (t) => {
    const port = await tcpServer(t);
    assert.deepEqual((await probe(tcp(port), AbortSignal.abort())).ok, false);
  });
});

describe('http', () => {
  test('It asks for the path, from the host, in its own name, once per connection', async (t) => {
    const seen: unknown[] = [];
    const port = await httpServer(t, ({ method, url, headers }, response) => {
      seen.push([method, url, headers.host, headers['user-agent'], headers.connection]);
      response.end();
    });
    assert.equal(await problem(http(port)), undefined);
    assert.deepEqual(seen, [['GET', '/healthz', 'example.com', 'dnsteer', 'close']]);
  });

  test('An IPv6 address as host stands in brackets', async (t) => {
    let seen: string | undefined;
    const port = await httpServer(t, ({ headers }, response) => {
      seen = headers.host;
      response.end();
    });
    assert.equal(await problem(http(port, { host: '2001:db8::1' })), undefined);
    assert.equal(seen, '[2001:db8::1]');
  });

  for (const [sent, wanted, expected] of [
    [200, undefined, undefined],
    [204, undefined, undefined],
    [302, undefined, undefined],
    [399, undefined, undefined],
    [400, undefined, 'Status 400'],
    [503, undefined, 'Status 503'],
    [200, [204], 'Status 200'],
    [503, [204, 503], undefined],
  ] as const) {
    const name = `Status ${sent} is ${expected ? 'bad' : 'good'}${wanted ? ` where ${wanted.join(' or ')} is wanted` : ''}`;
    test(name, async (t) => {
      const port = await httpServer(t, (_, response) => response.writeHead(sent).end());
      const status = wanted?.map((one) => [one, one] as const);
      assert.equal(await problem(http(port, { status })), expected);
    });
  }

  test('A redirect is not followed', async (t) => {
    const asked: unknown[] = [];
    const port = await httpServer(t, ({ url }, response) => {
      asked.push(url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    await problem(http(port));
    assert.deepEqual(asked, ['/healthz']);
  });

  test('An endless body is not read', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const port = await httpServer(t, (_, response) => {
      response.write('x'.repeat(100_000));
      response.once('close', resolve);
    });
    assert.equal(await problem(http(port)), undefined);
    await promise;
  });

  test('A server that accepts and says nothing is bad, and the connection is closed', async (t) => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const port = await tcpServer(t, resolve);
    assert.equal(await problem(http(port, { timeoutMs: 50 })), 'No answer within 50 ms');
    const socket = await promise;
    socket.resume();
    await once(socket, 'close');
  });

  test('A server that stops in the middle of the status line is bad', async (t) => {
    const port = await tcpServer(t, (socket) => socket.write('HTTP/1.1 200'));
    assert.equal(await problem(http(port, { timeoutMs: 50 })), 'No answer within 50 ms');
  });

  for (const [what, answer] of [
    ['bare LF at the ends of lines', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['two equal lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok',
    ],
    ['a blank in the name of a header', 'HTTP/1.1 200 OK\r\nX Served By: a\r\n\r\n'],
    ['octets that are no text', 'HTTP/1.1 200 OK\r\nX: \0\x01\xff\r\n\r\n'],
    ['headers that never end', 'HTTP/1.1 200 OK\r\nX-Slow: '],
    ['a huge header', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['no reason', 'HTTP/1.1 200\r\n\r\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['an interim response with bare LF', 'HTTP/1.1 100 Continue\nX Y: z\n\nHTTP/1.1 200 OK\n\n'],
  ] as const) {
    test(`The status counts, and nothing behind it: ${what}`, async (t) => {
      const port = await tcpServer(t, (socket) => socket.end(answer, 'latin1'));
      assert.equal(await problem(http(port)), undefined);
    });
  }

  test('However the octets are cut, the status is the same', async (t) => {
    const answer = 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 503 Away\r\n';
    const port = await tcpServer(t, (socket) => {
      socket.setNoDelay(true);
      const sendFrom = (at: number): void => {
        if (at < answer.length && !socket.destroyed)
          socket.write(answer.slice(at, at + 1), () => sendFrom(at + 1));
      };
      sendFrom(0);
    });
    assert.equal(await problem(http(port)), 'Status 503');
  });

  for (const [what, piece] of [
    ['responses of 1xx', `HTTP/1.1 103 Early Hints\r\nLink: ${'x'.repeat(2000)}\r\n\r\n`],
    ['responses of 1xx without a header', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ] as const) {
    test(`A server that sends ${what} without end is bad, and is not read on`, async (t) => {
      let sent = 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      const port = await tcpServer(t, (socket) => {
        const chunk = piece.repeat(20);
        const more = (): void => {
          while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
        };
        socket.on('drain', more).once('close', () => resolve());
        socket.resume();
        more();
      });
      assert.equal(await problem(http(port)), 'No answer within 256 KB');
      await promise;
      // What is in the buffers of the kernel was sent and is not read.
      assert.ok(sent < 32 * 2 ** 20, `${sent} octets`);
    });
  }

  test('A server that sends a line without end is bad, and is not read on', async (t) => {
    const port = await tcpServer(t, (socket) => socket.write(`HTTP/1.1 200 ${'x'.repeat(10_000)}`));
    assert.match((await problem(http(port))) ?? '', /^Response is not HTTP: /);
  });

  test('A few responses of 1xx before the one that counts are no problem', async (t) => {
    const port = await tcpServer(t, (socket) => {
      socket.write(
        `${'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'.repeat(10)}HTTP/1.1 204 No Content\r\n\r\n`,
      );
    });
    assert.equal(await problem(http(port)), undefined);
  });

  test('A server that hangs up is bad', async (t) => {
    const port = await tcpServer(t, (socket) => socket.destroy());
    assert.equal(await problem(http(port)), 'Connection closed before an answer');
  });

  test('A server that speaks something else is bad', async (t) => {
    const port = await tcpServer(t, (socket) => socket.write('220 mail.example.com ESMTP\r\n'));
    assert.match((await problem(http(port))) ?? '', /^Response is not HTTP: /);
  });

  test('A closed port is bad', async () => {
    assert.equal(await problem(http(await closedPort())), 'Connection refused');
  });

  test('A host that can be no header is bad, not a crash', async (t) => {
    const port = await httpServer(t);
    assert.match((await problem(http(port, { host: 'a\r\nb' }))) ?? '', /Invalid character in header/);
  });

  test('Method and headers are the operator’s, by where the probe goes, name or address', async (t) => {
    const seen: unknown[] = [];
    const port = await httpServer(t, ({ method, headers }, response) => {
      seen.push([
        method,
        headers.authorization,
        headers['user-agent'],
        headers['content-length'],
        headers.host,
      ]);
      response.end();
    });
    const headers = { Authorization: 'Bearer x', 'user-agent': 'watcher' };
    const rule = { servers: ['LocalHost.', '127.0.0.2'], verify: true, method: 'POST', headers };
    const ruled = createNetworkProbe({ rules: () => [rule] });
    assert.equal(await problem(http(port, { address: 'localhost' }), ruled), undefined);
    assert.equal(await problem(http(port), ruled), undefined);
    assert.deepEqual(seen, [
      ['POST', 'Bearer x', 'watcher', '0', 'example.com'],
      ['GET', undefined, 'dnsteer', undefined, 'example.com'],
    ]);
  });

  test('The admin server is not probed, however it is named', async (t) => {
    let requests = 0;
    const port = await httpServer(t, (_, response) => {
      requests += 1;
      response.end();
    });
    const refused = 'Refused: this is the admin server of dnsteer';
    for (const own of ['127.0.0.1', '0.0.0.0']) {
      const forbidding = createNetworkProbe({ forbidden: () => [{ address: own, port }] });
      for (const address of ['127.0.0.1', 'localhost', '0.0.0.0', '::ffff:127.0.0.1']) {
        assert.equal(await problem(http(port, { address }), forbidding), refused, address);
        assert.equal(await problem({ ...tcp(port), address }, forbidding), refused, address);
        assert.match((await problem(http(port, { address, type: 'https' }), forbidding)) ?? '', /^Refused/);
      }
    }
    const elsewhere = createNetworkProbe({ forbidden: () => [{ address: '127.0.0.1', port: port - 1 }] });
    assert.equal(await problem(http(port), elsewhere), undefined);
    assert.equal(requests, 1);
  });

  test('An aborted probe ends, and the connection is closed', async (t) => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const port = await tcpServer(t, resolve);
    const controller = new AbortController();
    const result = probe(http(port), controller.signal);
    const socket = await promise;
    controller.abort();
    assert.equal((await result).ok, false);
    socket.resume();
    await once(socket, 'close');
  });
});

describe('https', () => {
  const authority = createAuthority();
  const trust = { servers: ['127.0.0.0/8'], ca: authority.ca, verify: true, method: 'GET', headers: {} };
  const trusting = createNetworkProbe({ rules: () => [trust] });
  const https = (port: number, changes: Partial<HttpTarget> = {}) =>
    http(port, { type: 'https', ...changes });

  test('A certificate for the host, from a trusted authority, is good; the server sees the name', async (t) => {
    let seen: unknown;
    const port = await httpsServer(t, authority.issue('DNS:example.com'), ({ socket, headers }, response) => {
      seen = [(socket as TLSSocket).servername, headers.host];
      response.end();
    });
    assert.equal(await problem(https(port), trusting), undefined);
    assert.deepEqual(seen, ['example.com', 'example.com']);
  });

  test('A certificate for another name is bad, though it names the address', async (t) => {
    const port = await httpsServer(t, authority.issue('DNS:example.net,IP:127.0.0.1'));
    assert.match(
      (await problem(https(port), trusting)) ?? '',
      /^Certificate is for another name: .*example\.com.*DNS:example\.net/,
    );
  });

  test('Where the host is an address, the certificate must name it, and no server name is sent', async (t) => {
    let seen: unknown = 'nothing yet';
    const port = await httpsServer(t, authority.issue('IP:192.0.2.10'), ({ socket }, response) => {
      seen = (socket as TLSSocket).servername;
      response.end();
    });
    assert.equal(await problem(https(port, { host: '192.0.2.10' }), trusting), undefined);
    assert.equal(seen, false);
    assert.match(
      (await problem(https(port, { host: '192.0.2.11' }), trusting)) ?? '',
      /^Certificate is for another name/,
    );
  });

  test('A port in the host is for the header, not for the certificate', async (t) => {
    let seen: unknown;
    const port = await httpsServer(t, authority.issue('DNS:example.com'), ({ socket, headers }, response) => {
      seen = [(socket as TLSSocket).servername, headers.host];
      response.end();
    });
    assert.equal(await problem(https(port, { host: 'example.com:8443' }), trusting), undefined);
    assert.deepEqual(seen, ['example.com', 'example.com:8443']);
  });

  test('The server name is sent without its final dot (RFC 6066 §3)', async (t) => {
    let seen: unknown;
    const port = await httpsServer(t, authority.issue('DNS:example.com'), ({ socket }, response) => {
      seen = (socket as TLSSocket).servername;
      response.end();
    });
    assert.equal(await problem(https(port, { host: 'example.com.' }), trusting), undefined);
    assert.equal(seen, 'example.com');
    assert.equal(await problem(https(port, { host: 'example.com.:8443' }), trusting), undefined);
    assert.equal(seen, 'example.com');
  });

  test('What went wrong is told on one line', async (t) => {
    const options = { ...authority.issue('DNS:example.com'), minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' };
    const port = await httpsServer(t, { ...options, ciphers: 'ALL:@SECLEVEL=0' } as ServerOptions);
    const told = (await problem(https(port), trusting)) ?? '';
    assert.match(told, /^TLS handshake failed: /);
    assert.doesNotMatch(told, /[\r\n]/);
  });

  test('An authority nobody trusts is bad', async (t) => {
    const port = await httpsServer(t, authority.issue('DNS:example.com'));
    assert.match(
      (await problem(https(port))) ?? '',
      /^Certificate comes from an authority that is not trusted/,
    );
  });

  test('Where the operator wants no right certificate, any will do; and only there', async (t) => {
    const port = await httpsServer(t, authority.issue('DNS:example.net'));
    const lenient = (servers: string[], atPort?: number) =>
      createNetworkProbe({
        rules: () => [{ ...trust, ca: undefined, verify: false, servers, port: atPort }],
      });
    assert.equal(await problem(https(port), lenient(['127.0.0.1'])), undefined);
    assert.equal(await problem(https(port), lenient(['127.0.0.1'], port)), undefined);
    assert.notEqual(await problem(https(port), lenient(['127.0.0.1'], 443)), undefined);
    assert.notEqual(await problem(https(port), lenient(['127.0.0.2'])), undefined);
  });

  test('No TLS session is resumed, for then the certificate would not be looked at', async (t) => {
    const resumed: boolean[] = [];
    const port = await httpsServer(t, authority.issue('DNS:example.com'), ({ socket }, response) => {
      resumed.push((socket as TLSSocket).isSessionReused());
      response.end();
    });
    for (let round = 0; round < 3; round++) assert.equal(await problem(https(port), trusting), undefined);
    assert.deepEqual(resumed, [false, false, false]);
  });

  test('A server that goes on and on with responses of 1xx inside TLS is bad', async (t) => {
    const port = await httpsServer(t, authority.issue('DNS:example.com'), ({ socket }) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(500)));
      };
      socket.on('drain', more);
      more();
    });
    assert.equal(await problem(https(port), trusting), 'No answer within 256 KB');
  });

  test('Of a certificate with hundreds of names some are told of', async (t) => {
    const names = Array.from({ length: 200 }, (_, index) => `DNS:host${index}.example.net`).join();
    const port = await httpsServer(t, authority.issue(names));
    const told = (await problem(https(port), trusting)) ?? '';
    assert.match(told, /^Certificate is for another name: .*…$/s);
    assert.equal(told.length, 301);
  });

  test('A port without TLS is bad', async (t) => {
    const port = await httpServer(t);
    assert.match((await problem(https(port), trusting)) ?? '', /^TLS handshake failed: /);
  });

  test('A server that never finishes the handshake is bad, and the connection is closed', async (t) => {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const port = await tcpServer(t, resolve);
    assert.equal(await problem(https(port, { timeoutMs: 50 }), trusting), 'No answer within 50 ms');
    const socket = await promise;
    socket.resume();
    await once(socket, 'close');
  });

  test('A closed port is bad, and so is a server that hangs up', async (t) => {
    assert.equal(await problem(https(await closedPort()), trusting), 'Connection refused');
    const port = await tcpServer(t, (socket) => socket.destroy());
    assert.equal(await problem(https(port), trusting), 'Connection closed before an answer');
  });
});
