/** What probes find steers the answers of all processes, through new versions, restarts and a new server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

const [CHECKED, SPARE] = ['A 127.0.0.1', 'A 192.0.2.2'];
/** So many that each process is asked by some. */
const CLIENTS = 16;

function policy(version: number, port: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    // Targets of other versions, of which nothing is known, come before.
    other: { A: ['127.0.0.${version + 1}'], check: { type: 'tcp', port: ${port}, interval: 3600 } },
    checked: { A: ['127.0.0.1'], check: { type: 'tcp', port: ${port}, interval: 1, rise: 1, fall: 1 } },
    spare: { A: ['192.0.2.2'] },
  },
  fallback: { TXT: 'fallback' },
  hosts: { www: firstHealthy('checked', 'spare'), version: { TXT: '${version}' } },
});`;
}

suite('Health', { timeout: 60_000 }, () => {
  let target: Server;
  let port: number;
  let first: TestServer;
  let running: TestServer;

  before(async () => {
    port = await freePort();
    target = await listening(port);
    first = await startServer({ policies: { 'example.com.ts': policy(1, port) }, processes: 2 });
    running = first;
  });
  after(async () => {
    target.close();
    await running.stop();
    await first.stop();
  });

  const answers = (name: string): Promise<string[]> => answersOf(running.port, name);
  const become = (name: string, right: string): Promise<string[]> =>
    until(
      () => answers(name),
      (all) => all.every((one) => one === right),
    );

  test('of a target that is up, then down', async () => {
    await become('www.example.com', CHECKED);
    target.close();
    await become('www.example.com', SPARE);
  });

  test('is known to a new version at once', async () => {
    running.write('example.com.ts', policy(2, port));
    await until(
      async () => {
        const steered = await answers('www.example.com');
        assert.ok(
          steered.every((one) => one === SPARE),
          steered.join(),
        );
        return await answers('version.example.com');
      },
      (all) => all.every((one) => one === 'TXT 2'),
    );
  });

  test('is known to a process that takes the place of another', async () => {
    const { processes } = await running.status();
    const ended = new Set(processes.filter(({ kind }) => kind === 'answer').map(({ pid }) => pid));
    for (const pid of ended) {
      process.kill(pid, 'SIGKILL');
      await until(
        async () => (await running.status()).processes,
        (all) =>
          all.filter(({ kind, state }) => kind === 'answer' && state === 'listening').length === 2 &&
          all.every((one) => one.pid !== pid),
      );
    }
    for (const one of await answers('www.example.com')) assert.equal(one, SPARE);
  });

  test('is known to the server that takes the place of another, which counts targets anew', async () => {
    const replaced = once(running.process, 'exit');
    running = await startServer({
      folder: first.folder,
      port: first.port,
      processes: 2,
      args: ['--replace'],
    });
    await replaced;
    for (const one of await answers('www.example.com')) assert.equal(one, SPARE);
    target = await listening(port);
    await become('www.example.com', CHECKED);
  });
});

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answersOf(port: number, name: string): Promise<string[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(port)));
  const type = name.startsWith('version') ? 'TXT' : 'A';
  const replies = await Promise.all(clients.map((client) => client.ask(name, type)));
  for (const client of clients) client.close();
  return replies.map((reply) => reply?.answers.join() ?? 'nothing');
}
