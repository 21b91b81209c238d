/**
 * The admin port is held by whoever can reach it: connections that say nothing, ask slowly, keep half-open, ask
 * without end or do not read. A prober is answered all the same, or a sound server would be restarted for it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { Crowd } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';

/** Milliseconds a prober waits, as Kubernetes' does by default. */
const PATIENCE_MS = 1000;
const CONNECTIONS = 300;
const PROBES = 10;

const ATTACKS: readonly { readonly title: string; readonly begin: string; readonly octet: string }[] = [
  { title: 'send a header octet by octet', begin: 'GET / HTTP/1.1\r\nX: ', octet: 'x' },
  { title: 'say nothing', begin: '', octet: '' },
  {
    title: 'send a body that never ends',
    begin:
      'POST /api/release?zone=a.example HTTP/1.1\r\nHost: x\r\nX-Dnsteer: 1\r\nContent-Length: 1000\r\n\r\n',
    octet: 'x',
  },
  {
    title: 'keep alive what is half open',
    begin: 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /',
    octet: '',
  },
  {
    title: 'ask for metrics a hundred times each and read nothing',
    begin: 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(100),
    octet: '',
  },
];

suite('Health endpoints answer while others', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ policies: { 'a.example.zone': 'www 30 IN TXT a\n' } });
  });
  after(() => server.stop());

  for (const { title, begin, octet } of ATTACKS) {
    test(title, async () => {
      const crowd = await Crowd.gather({
        port: server.port,
        questions: { 'www.a.example': 'a' },
        perSecond: 100,
      });
      const port = Number(new URL(server.adminUrl).port);
      const sockets = Array.from({ length: CONNECTIONS }, () => attacker(port, begin, octet));
      // Who is sent away comes again.
      const renewal = setInterval(() => {
        for (const [index, socket] of sockets.entries())
          if (socket.destroyed) sockets[index] = attacker(port, begin, octet);
          else if (octet !== '') socket.write(octet);
      }, 100);
      try {
        for (let probe = 0; probe < PROBES; probe += 1) {
          for (const path of ['healthz', 'readyz']) assert.equal(await status(server, path), 200, path);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      } finally {
        clearInterval(renewal);
        for (const socket of sockets) socket.destroy();
        const { lost, wrong } = await crowd.leave();
        assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 });
      }
    });
  }

  test('have begun and go on no further: they are cut', async () => {
    const port = Number(new URL(server.adminUrl).port);
    const slow = attacker(port, 'GET / HTTP/1.1\r\nX: ', '').resume();
    // Far less than a minute, which Node would give it.
    const cut = once(slow, 'close').then(() => 'cut');
    const late = new Promise((resolve) => setTimeout(resolve, 15_000, 'late').unref());
    assert.equal(await Promise.race([cut, late]), 'cut');
  });
});

async function status(server: TestServer, path: string): Promise<number> {
  const response = await fetch(`${server.adminUrl}/${path}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { connection: 'close' },
  });
  await response.text();
  return response.status;
}

/** Its answers are not read where it has more to say. */
function attacker(port: number, begin: string, octet: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(begin);
  if (octet !== '' || begin === '') socket.resume();
  return socket;
}
