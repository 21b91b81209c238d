/** What probes find steers the answers of all processes, through new versions, restarts and a new server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { startOf } from '../../runtime/base/process/process-usage.ts';
import { atEnd } from '../support/at-end.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { tcpServer } from '../support/servers.ts';
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

/** Accepts connections, and says nothing. */
function silent(version: number, port: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    main: { A: '127.0.0.1', check: { type: 'http', path: '/h', port: ${port}, interval: ${version}, timeout: 5, rise: 2, fall: 2 } },
    spare: { A: '192.0.2.2' },
  },
  fallback: firstHealthy('main', 'spare'),
  hosts: { www: firstHealthy('main', 'spare') },
});`;
}

test('What is known of a server outlives an edit of the timing, and a restart', {
  timeout: 90_000,
}, async (t) => {
  const port = await tcpServer(t);
  const ask = (server: TestServer) => answersOf(server.port, 'www.example.com');
  const allSpare = (all: readonly string[]) => all.every((one) => one === SPARE);
  let server = await startServer({ policies: { 'example.com.ts': silent(6, port) } });
  atEnd(t, () => server.stop());
  await until(() => ask(server), allSpare);
  const before = server.output().length;
  server.write('example.com.ts', silent(7, port));
  const live = server.printed(/Zone is live/, before).then(() => true);
  for (let isLive = false; !isLive; isLive = await Promise.race([live, ask(server).then(() => false)])) {
    const all = await ask(server);
    assert.ok(allSpare(all), all.join());
  }
  for (let round = 0; round < 20; round++) {
    const all = await ask(server);
    assert.ok(allSpare(all), all.join());
  }
  const { folder } = server;
  const left = (await server.status()).processes.filter(({ kind }) => kind === 'answer');
  server.process.kill('SIGKILL');
  await once(server.process, 'exit');
  const killed = server;
  atEnd(t, async () => {
    // What it left goes by a file of the folder, which is removed then.
    try {
      await until(
        async () => left.filter(({ pid }) => startOf(pid) !== undefined),
        (alive) => alive.length === 0,
      );
    } finally {
      await killed.stop();
    }
  });
  server = await startServer({ folder });
  for (let round = 0; round < 20; round++) {
    const all = await ask(server);
    assert.ok(allSpare(all), all.join());
  }
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
