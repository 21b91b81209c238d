/** What flaps is held back in all processes until it is quiet, and TTLs fall as a change of health comes near. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { decode } from 'dns-packet';
import { packetOf } from '../answer/packet.ts';
import { atEnd } from '../support/at-end.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { until } from '../support/until.ts';

const [MAIN, SPARE] = ['127.0.0.1', '192.0.2.2'];

function policy(port: number, timing: string, ttl: string): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    main: { A: ['${MAIN}'], check: { type: 'tcp', port: ${port}, interval: 1, ${timing} }, ${ttl} },
    spare: { A: ['${SPARE}'] },
  },
  fallback: 'spare',
  hosts: { www: firstHealthy('main', 'spare') },
});`;
}

interface Answer {
  readonly address: string;
  readonly ttl: number;
}

/** As clients of two processes see it. */
async function answers(server: TestServer): Promise<Answer[]> {
  const peers = await Promise.all(Array.from({ length: 8 }, () => UdpPeer.open(server.port)));
  const replies = await Promise.all(
    peers.map((peer) => peer.ask(packetOf({ question: 'www.example.com A' }))),
  );
  for (const peer of peers) peer.close();
  return replies.map((reply) => {
    const [answer] = decode(reply).answers ?? [];
    assert.ok(answer?.type === 'A');
    return { address: answer.data, ttl: answer.ttl ?? 0 };
  });
}

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('A target that flaps is held back until it is quiet', { timeout: 90_000 }, async (t) => {
  const port = await freePort();
  let target = await listening(port);
  const server = await startServer({
    policies: { 'example.com.ts': policy(port, 'rise: 1, fall: 1', 'ttl: 5') },
    processes: 2,
    config: 'health:\n  damping: { changes: 3, within: 60, quiet: 4 }\n',
  });
  atEnd(t, () => server.stop());
  atEnd(t, () => target.close());
  const become = (right: string): Promise<Answer[]> =>
    until(
      () => answers(server),
      (all) => all.every(({ address }) => address === right),
    );
  await become(MAIN);
  for (const state of ['down', 'up', 'down'] as const) {
    if (state === 'up') target = await listening(port);
    else target.close();
    await become(state === 'up' ? MAIN : SPARE);
  }
  target = await listening(port);
  await server.printed(/held back when it is up/);
  const printed = server.printed(/held back no more/).then(() => true);
  let rounds = 0;
  for (let isQuiet = false; !isQuiet; ) {
    const all = await answers(server);
    // That it is quiet may be known to an answer before it is printed.
    if (all.every(({ address }) => address === SPARE)) rounds += 1;
    isQuiet = await Promise.race([printed, Promise.resolve(all.some(({ address }) => address === MAIN))]);
  }
  assert.ok(rounds > 20, `${rounds} rounds of answers while it is held`);
  await printed;
  await become(MAIN);
});

test('A TTL falls while results are against the state of a target, and rises with the next that is for it', {
  timeout: 90_000,
}, async (t) => {
  const port = await freePort();
  let target = await listening(port);
  const server = await startServer({
    policies: { 'example.com.ts': policy(port, 'rise: 2, fall: 60', 'ttl: 60, leastTtl: 50') },
    processes: 2,
  });
  atEnd(t, () => server.stop());
  atEnd(t, () => target.close());
  const become = (ttl: number): Promise<Answer[]> =>
    until(
      () => answers(server),
      (all) => all.every((one) => one.address === MAIN && one.ttl === ttl),
    );
  await become(60);
  target.close();
  await become(50);
  target = await listening(port);
  await become(60);
});
