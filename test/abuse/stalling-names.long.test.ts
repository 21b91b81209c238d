/**
 * Policies whose checks name hosts of which no resolver ever says anything, in a network of its own (case 02 of the
 * field): the checks of another policy, whose host is known, go on as if they were alone.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parseResolvConf } from '../../runtime/health/names/resolv-conf.ts';
import { atEnd } from '../support/at-end.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import { httpServer, type Scope } from '../support/servers.ts';
import { until } from '../support/until.ts';

const skip = enterNamespace(import.meta.filename);

/** Names by the hundred, and as many zones as have a place each. */
const STALLING_ZONES = 20;
const NAMES_OF_EACH = 40;

test('Names that stall hold up no check of another policy', { skip, timeout: 120_000 }, async (t) => {
  let asked = 0;
  await startResolver(t, () => {
    asked += 1;
  });
  const port = await httpServer(t);
  const server = await startServer({ policies: { 'good.example.ts': good(port) } });
  atEnd(t, () => server.stop());
  await until(
    () => answerOf(server),
    (answer) => answer === 'A 192.0.2.1',
  );
  for (let zone = 0; zone < STALLING_ZONES; zone++) server.write(`slow${zone}.example.ts`, stalling(zone));
  await until(
    () => Promise.resolve(asked),
    (count) => count > STALLING_ZONES * NAMES_OF_EACH,
  );
  for (let round = 0; round < 24; round++) {
    assert.equal(await answerOf(server), 'A 192.0.2.1');
    await pause(500);
  }
  const { zones } = await server.status();
  const [target] =
    zones.find(({ zone }) => zone === 'good.example')?.pools.flatMap(({ targets }) => targets) ?? [];
  assert.equal(target?.state, 'up');
});

function good(port: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    main: { A: '192.0.2.1', check: { type: 'http', url: 'http://fast.test:${port}/', interval: 1, timeout: 1, rise: 1, fall: 2 } },
    spare: { A: '198.51.100.20' },
  },
  fallback: firstHealthy('main', 'spare'),
  hosts: { www: firstHealthy('main', 'spare') },
});`;
}

function stalling(zone: number): string {
  return `import { definePolicy } from 'dnsteer';
const names = Array.from({ length: ${NAMES_OF_EACH} }, (_, index) => 'p' + index);
export default definePolicy({
  pools: Object.fromEntries(names.map((name) => [
    name,
    { A: '192.0.2.10', check: { type: 'http', url: 'http://' + name + '.z${zone}.slow.test/', interval: 5, timeout: 5 } } as const,
  ])),
  fallback: 'p0',
  hosts: { www: 'p0' },
});`;
}

/** Has each resolver of the system answer for fast.test, for one second of TTL, and for nothing else. */
async function startResolver(t: Scope, onQuery: () => void): Promise<void> {
  for (const { address, port } of parseResolvConf(readFileSync('/etc/resolv.conf', 'utf8')).servers) {
    addAddress(address);
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    atEnd(t, () => socket.close());
    socket.on('message', (query, from) => {
      onQuery();
      if (!query.includes('\x04fast\x04test')) return;
      const isA = query.readUInt16BE(query.indexOf('\x04test\0') + 6) === 1;
      socket.send(replyTo(query, isA), from.port, from.address);
    });
    socket.bind(port, address);
    await once(socket, 'listening');
  }
}

function replyTo(query: Buffer, isA: boolean): Buffer {
  const reply = Buffer.from(query);
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(isA ? 1 : 0, 6);
  return isA
    ? Buffer.concat([reply, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1])])
    : reply;
}

async function answerOf(server: TestServer): Promise<string> {
  const client = await Client.open(server.port);
  try {
    const reply = await client.ask('www.good.example', 'A');
    return reply?.answers.join() ?? 'nothing';
  } finally {
    client.close();
  }
}
