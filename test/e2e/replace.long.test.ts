/** `dnsteer start --replace`: another server, of another version, settings and policies, takes the place of one that runs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import dnsPacket from 'dns-packet';
import { Crowd } from '../support/crowd.ts';
import { type ServerOptions, startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';

const QUESTIONS = { 'www.static.example': 'static', 'www.remembered.example': 'remembered' };
const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  budget: 1000, deadline: 2000,
  fallback: { TXT: 'fallback' },
  hosts: { www: (query) => ({ TXT: query.client.country === 'ZZ' ? 'no' : 'remembered' }) },
});`;

for (const sockets of ['auto', 'dgram']) {
  suite(`A server that is replaced (udp.sockets: ${sockets})`, () => {
    let first: TestServer;
    let crowd: Crowd;
    let running: TestServer;
    let adminPort: number;
    const start = (options: ServerOptions = {}): Promise<TestServer> =>
      startServer({
        ...options,
        processes: options.processes ?? 2,
        env: {
          DNSTEER_UDP_SOCKETS: sockets,
          DNSTEER_POLICY_MAX_DEADLINE: '2000',
          DNSTEER_POLICY_MAX_BUDGET: '1000',
          DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
          ...options.env,
        },
      });
    const replace = async (options: ServerOptions = {}): Promise<void> => {
      const before = running;
      const ended = once(before.process, 'exit');
      running = await start({ ...options, folder: first.folder, port: first.port, args: ['--replace'] });
      assert.deepEqual(await ended, [0, null], before.output());
      assert.match(before.output(), /Another server has taken over/);
      assert.match(running.output(), /Another server has been replaced/);
    };
    before(async () => {
      adminPort = await freePort();
      const policies = { 'static.example.zone': 'www 30 IN TXT static\n', 'remembered.example.ts': POLICY };
      first = await start({ policies });
      running = first;
      crowd = await Crowd.gather({ port: first.port, questions: QUESTIONS, perSecond: 500 });
    });
    after(async () => {
      const { sent, lost, wrong } = await crowd.leave();
      await running.stop();
      await first.stop();
      assert.ok(sent > 500, 'there was load');
      assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 }, 'a query of all that');
    });

    test('ends when its successor answers; connections are answered before they end', async () => {
      const socket = connect(first.port, '127.0.0.1');
      await once(socket, 'connect');
      assert.equal(await asked(socket), true);
      const closed = once(socket, 'close');
      await replace();
      await closed;
      const { processes } = await statusAt(adminPort);
      assert.equal(processes.find(({ kind }) => kind === 'control')?.pid, running.process.pid);
    });

    test('may be replaced by one with fewer processes, then by one with more', async () => {
      await replace({ processes: 1 });
      await replace({ processes: 3 });
      const { processes } = await statusAt(adminPort);
      assert.equal(
        processes.filter(({ kind, state }) => kind === 'answer' && state === 'listening').length,
        3,
      );
    });

    test('goes on untouched where the other has broken settings, or cannot listen', async () => {
      const { pid } = running.process;
      for (const env of [
        { DNSTEER_EDNS_UDP_SIZE: 'much' },
        { DNSTEER_POLICIES: '/nowhere/at/all' },
        { DNSTEER_LISTEN: `127.0.0.1:${first.port},192.0.2.1:53` },
        { DNSTEER_ADMIN_LISTEN: `127.0.0.1:${first.port}` },
      ]) {
        const broken = start({ folder: first.folder, port: first.port, args: ['--replace'], env });
        await assert.rejects(broken, /ended without printing/, JSON.stringify(env));
        assert.equal(running.process.exitCode, null);
      }
      const { processes } = await statusAt(adminPort);
      assert.equal(processes.find(({ kind }) => kind === 'control')?.pid, pid);
      await replace();
    });

    test('is not needed: --replace starts where nobody is', async () => {
      const alone = await startServer({
        args: ['--replace'],
        policies: { 'a.example.zone': '@ 30 IN TXT a\n' },
      });
      assert.ok(alone.adminUrl);
      await alone.stop();
    });
  });
}

async function statusAt(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/api/status`);
  return (await response.json()) as Awaited<ReturnType<TestServer['status']>>;
}

/** Whether a query on a connection is answered. */
async function asked(socket: Socket): Promise<boolean> {
  socket.write(
    dnsPacket.streamEncode({
      type: 'query',
      id: 1,
      questions: [{ type: 'TXT', name: 'www.static.example' }],
    }),
  );
  const [reply] = (await once(socket, 'data')) as [Buffer];
  return reply.includes('static');
}
