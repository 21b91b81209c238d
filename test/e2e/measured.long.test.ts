/** What is measured, pushed and combined steers the answers of all processes, also of one that begins later. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import type { Status } from '../../runtime/admin/status.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const CLIENTS = 16;
const TOKEN = 'correct-horse-battery';

suite('Values and pushes', { timeout: 90_000 }, () => {
  const loads = { us: '0.9', eu: '0.1' };
  const servers: Server[] = [];
  let running: TestServer;

  before(async () => {
    const [us, eu] = [await saying(() => loads.us), await saying(() => loads.eu)];
    const check = (port: number): string =>
      `{ type: 'http', url: 'http://127.0.0.1:${port}/', load: { header: 'X-Load' }, interval: 1 }`;
    const policy = `import { definePolicy, firstHealthy, leastLoaded } from 'dnsteer';
export default definePolicy({
  pools: {
    us: { A: '192.0.2.1', check: ${check(us)} },
    eu: { A: '192.0.2.2', check: { all: [${check(eu)}, { type: 'push', name: 'eu', expires: 60 }] } },
  },
  fallback: { TXT: 'fallback' },
  hosts: { idle: leastLoaded('us', 'eu'), first: firstHealthy('eu', 'us') },
});`;
    const env = { DNSTEER_ADMIN_TOKEN: TOKEN };
    running = await startServer({ policies: { 'example.com.ts': policy }, processes: 2, env });
    await push('up');
  });
  after(async () => {
    for (const server of servers) server.close();
    await running.stop();
  });

  /** An HTTP server that says its load. */
  async function saying(load: () => string): Promise<number> {
    const server = createServer((_, response) => response.setHeader('X-Load', load()).end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  async function push(state: string): Promise<void> {
    const response = await fetch(`${running.adminUrl}/api/push?name=eu&state=${state}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    assert.equal(response.status, 200, await response.text());
  }

  async function status(): Promise<Status> {
    const response = await fetch(`${running.adminUrl}/api/status`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    return (await response.json()) as Status;
  }

  const become = (name: string, right: string): Promise<string[]> =>
    until(
      () => answersOf(running.port, name),
      (all) => all.every((one) => one === right),
    );

  test('of the least loaded, as it changes', async () => {
    await become('idle.example.com', 'A 192.0.2.2');
    loads.us = '0';
    await become('idle.example.com', 'A 192.0.2.1');
    loads.us = '0.8';
    await become('idle.example.com', 'A 192.0.2.2');
  });

  test('are known to a process that takes the place of another', async () => {
    const { processes } = await status();
    for (const { kind, pid } of processes) if (kind === 'answer') process.kill(pid, 'SIGKILL');
    await until(
      async () => (await status()).processes,
      (all) =>
        all.filter(({ kind, state }) => kind === 'answer' && state === 'listening').length === 2 &&
        all.every(({ pid }) => !processes.some((before) => before.kind === 'answer' && before.pid === pid)),
    );
    await become('idle.example.com', 'A 192.0.2.2');
  });

  test('of what is pushed beside a probe', async () => {
    await become('first.example.com', 'A 192.0.2.2');
    await push('down');
    await become('first.example.com', 'A 192.0.2.1');
    const [zone] = (await status()).zones;
    const eu = zone?.pools.find(({ name }) => name === 'eu');
    assert.deepEqual(
      eu?.targets.map(({ type, state, problem }) => [type, state, problem]),
      [['all', 'down', 'push eu: Pushed as down']],
    );
    await push('up');
    await become('first.example.com', 'A 192.0.2.2');
  });
});

async function answersOf(port: number, name: string): Promise<string[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(port)));
  const replies = await Promise.all(clients.map((client) => client.ask(name, 'A')));
  for (const client of clients) client.close();
  return replies.map((reply) => reply?.answers.join() ?? 'nothing');
}
