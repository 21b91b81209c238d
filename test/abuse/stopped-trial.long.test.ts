/** The sandbox for trials is stopped while a policy is saved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../support/client.ts';
import { until } from '../support/until.ts';
import { blameServer, pidOf, policyOf } from './blame.ts';
import { askOnce } from './load.ts';

test('A version whose trial was stopped is tried again, and goes live', async () => {
  const server = await blameServer({ 'saved.example.ts': policyOf("return { TXT: 'before' };") });
  const client = await Client.open(server.port);
  try {
    const pid = pidOf(await server.status(), 'trials');
    process.kill(pid, 'SIGSTOP');
    server.write('saved.example.ts', policyOf("return { TXT: 'after' };"));
    await until(
      async () => (await askOnce(client, 'www.saved.example')).text,
      (text) => text === 'NOERROR TXT after',
    );
    assert.notEqual(pidOf(await server.status(), 'trials'), pid);
    assert.doesNotMatch(server.output(), /refused/);
  } finally {
    client.close();
    await server.stop();
  }
});
