/** Control takes nothing any more while every query is to be logged: answers go on, in bounded memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';
import { askOnce } from './load.ts';
import { residentMiB } from './memory.ts';

const QUERIES = 30_000;
const PER_TURN = 100;
/** A line for each query, kept until control takes it, is 40 MiB by then. */
const MOST_GROWTH_MIB = 20;

test('A control that is stopped costs neither answers nor memory', async () => {
  const server = await startServer({
    policies: { 'static.example.zone': 'www 30 IN TXT static\n' },
    config: 'log: { level: error, queries: 1 }',
  });
  const control = server.process;
  const answer = (await server.status()).processes.find(({ kind }) => kind === 'answer')?.pid ?? 0;
  const client = await Client.open(server.port);
  try {
    control.kill('SIGSTOP');
    const before = residentMiB(answer);
    for (let sent = 0; sent < QUERIES; sent += PER_TURN) {
      const replies = await Promise.all(
        Array.from({ length: PER_TURN }, () => askOnce(client, 'www.static.example')),
      );
      assert.ok(replies.every(({ text }) => text === 'NOERROR TXT static'));
    }
    assert.ok(residentMiB(answer) - before < MOST_GROWTH_MIB, `${before} MiB, then ${residentMiB(answer)}`);
  } finally {
    control.kill('SIGCONT');
    client.close();
  }
  await until(
    async () => (await server.status()).totals.queries,
    (queries) => queries >= QUERIES,
  );
  await server.stop();
});
