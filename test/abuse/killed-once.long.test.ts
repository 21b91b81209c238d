/** All answer processes are killed, or stopped, at one time: queries wait in sockets that control holds. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { suite, test } from 'node:test';
import { connect } from 'node:tls';
import dnsPacket from 'dns-packet';
import { atEnd } from '../support/at-end.ts';
import { startServer } from '../support/dnsteer.ts';
import { encrypted } from '../support/encrypted.ts';
import { signal, worldOf } from './answers.ts';

for (const [processes, sockets] of [
  [2, 'auto'],
  [1, 'dgram'],
] as const) {
  suite(`With ${processes} answer processes (udp.sockets: ${sockets})`, () => {
    const world = worldOf(processes, { DNSTEER_UDP_SOCKETS: sockets }, 200);

    for (const name of ['SIGKILL', 'SIGSTOP'] as const) {
      test(`${name} for all: nothing is lost`, async () => {
        const { sent, lost, wrong } = await world.during(async (pids) => signal(pids, name));
        assert.ok(sent > 50, 'there was load');
        assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 });
      });
    }
  });
}

test('Clients over TLS that come while answer processes die are answered by the other, or the next', async (context) => {
  const tls = await encrypted();
  atEnd(context, () => tls.remove());
  const { tlsPort, ca, config } = tls;
  const policies = { 'static.example.zone': 'www 30 IN TXT static\n' };
  const server = await startServer({ policies, config, processes: 2 });
  atEnd(context, () => server.stop());
  const answersOf = async (): Promise<number[]> => {
    const { processes } = await server.status();
    return processes.flatMap(({ kind, pid, state }) =>
      kind === 'answer' && state === 'listening' ? pid : [],
    );
  };
  for (const victims of [1, 2]) {
    for (const pid of (await answersOf()).slice(0, victims)) process.kill(pid, 'SIGKILL');
    await server.printed(/Answer process ended/);
    for (const reply of await Promise.all(Array.from({ length: 10 }, () => askOverTls(tlsPort, ca))))
      assert.ok(reply.includes('static'));
  }
});

/** One query on a connection of its own. */
async function askOverTls(port: number, ca: string): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', ca });
  await once(socket, 'secureConnect');
  const questions = [{ type: 'TXT', name: 'www.static.example' } as const];
  socket.write(dnsPacket.streamEncode({ type: 'query', id: 1, questions }));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return reply;
}
