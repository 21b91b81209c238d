/** Addresses are opened for both transports or not at all, with a remedy when they cannot be. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { noTransportCounts } from '../../runtime/answer/counting/stats.ts';
import { DnsteerError } from '../../runtime/base/errors.ts';
import { openListeners } from '../../runtime/transport/open-listeners.ts';
import { listenUdp } from '../../runtime/transport/udp/udp.ts';
import { freePort } from '../support/ports.ts';
import { PATH } from './dialer.ts';

const TCP = { idleMs: 1000, clients: 10, clientsPerAddress: 10 };
const NO_TLS = { tls: { listen: [] }, https: { listen: [], path: PATH }, proxies: [] };

function open(...listen: { address: string; port: number }[]) {
  const counters = noTransportCounts();
  const settings = { listen, tcp: TCP, ...NO_TLS };
  return openListeners(settings, { listenUdp, onQuery: () => false, counters, credentials: undefined });
}

test('Both transports get one port, where the system chooses it', async () => {
  const listeners = await open({ address: '127.0.0.1', port: 0 });
  const ports = listeners.map(({ endpoint }) => endpoint.port);
  await Promise.all(listeners.map((listener) => listener.close()));
  assert.equal(ports.length, 2);
  assert.ok(ports[0] !== 0 && ports[0] === ports[1]);
});

test('Processes share an address', async () => {
  const at = { address: '127.0.0.1', port: await freePort() };
  const first = await open(at);
  const second = await open(at);
  await Promise.all([...first, ...second].map((listener) => listener.close()));
});

test('An address that another program uses is named with its transport and a remedy', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  await assert.rejects(open({ address: '127.0.0.1', port }), (error) => {
    assert.ok(error instanceof DnsteerError);
    assert.equal(error.code, 'START');
    assert.match(
      error.message,
      new RegExp(`^Cannot listen on 127\\.0\\.0\\.1:${port} \\(tcp\\): another program`),
    );
    return true;
  });
  // UDP was opened first, and is given back.
  const free = createSocket('udp4').bind(port, '127.0.0.1');
  await once(free, 'listening');
  free.close();
  other.close();
});

test('An address this machine does not have is refused, and those opened before are closed', async () => {
  const [udp, tcp] = await open({ address: '127.0.0.1', port: 0 });
  const port = udp?.endpoint.port ?? 0;
  await Promise.all([udp?.close(), tcp?.close()]);
  await assert.rejects(
    open({ address: '127.0.0.1', port }, { address: '192.0.2.1', port: 0 }),
    /no such address/,
  );
  const free = createServer().listen(port, '127.0.0.1');
  await once(free, 'listening');
  free.close();
});
