/** A policy that keeps something between queries, in a server: it is found out, and told of everywhere. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
let turn = 0;
export default definePolicy({
  fallback: { A: '192.0.2.99' },
  hosts: {
    www: ({ client }) => {
      turn += 1;
      return { A: client.family === 4 && turn > 1 ? '192.0.2.2' : '192.0.2.1' };
    },
    still: () => ({ A: '192.0.2.3' }),
  },
});`;

let server: TestServer;
let client: Client;
before(async () => {
  server = await startServer({ policies: { 'turns.example.ts': POLICY }, env: UNHURRIED });
  client = await Client.open(server.port);
});
after(async () => {
  client.close();
  await server.stop();
});

test('It is remembered until a second look at what is remembered comes to something else', async () => {
  // Without a memory it would be asked each time; with one it is asked once, and its turns are second looks.
  for (let count = 0; count < 3_000 && !server.output().includes('contradicts itself'); count += 1)
    await client.ask('www.turns.example', 'A');
  const [line] = await server.printed(/.*contradicts itself.*/);
  assert.match(line, /"level":"warn".*"zone":"turns\.example".*"host":"www".*"what":"plan"/);
  assert.match(line, /now decided A 192\.0\.2\.2 \(TTL 30\), and A 192\.0\.2\.1 \(TTL 30\) before/);
  assert.match(line, /"at":"policies\/turns\.example\.ts:6:/);

  const { zones, totals } = await server.status();
  const [zone] = zones;
  assert.ok(totals.memoRechecks > 0);
  assert.deepEqual([zone?.contradiction?.host, zone?.contradiction?.what], ['www', 'plan']);
  const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
  assert.match(metrics, /dnsteer_memo_contradictions_total\{zone="turns\.example"\} 1/);
  const told = spawnSync(process.execPath, [BIN, 'status'], {
    cwd: server.folder,
    env: { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host },
  }).stdout.toString();
  assert.match(
    told,
    /turns\.example host "www" of version \w+ is not remembered: .* it now decided A 192\.0\.2\.2/,
  );
});

test('From then on it is asked each time, and a new version has its chance', async () => {
  const runs = async (): Promise<number> => (await server.status()).zones[0]?.policyRuns ?? 0;
  /** How many of five queries cost a run. */
  const cost = async (): Promise<number> => {
    const before = await runs();
    for (let count = 0; count < 5; count += 1) await client.ask('still.turns.example', 'A');
    return (await runs()) - before;
  };
  assert.equal(await cost(), 5);
  const from = server.output().length;
  server.replace('turns.example.ts', POLICY.replace('turn += 1;', ''));
  await server.printed(/Zone is live/, from);
  assert.equal((await server.status()).zones[0]?.contradiction, undefined);
  await until(cost, (runs) => runs === 0);
});
