/** A reload of the settings, and above all one that fails: its outcome is seen by whoever asks, in any way. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let client: Client;
before(async () => {
  server = await startServer({ policies: { 'kept.example.zone': 'www 30 IN TXT kept\n' }, config: '{}\n' });
  client = await Client.open(server.port);
});
after(async () => {
  client.close();
  await server.stop();
});

function settings(text: string): void {
  writeFileSync(path.join(server.folder, 'dnsteer.yaml'), text);
}

function reload(...flags: string[]): ReturnType<typeof dnsteer> {
  return dnsteer(['reload', '--admin', new URL(server.adminUrl).host, ...flags], { cwd: server.folder });
}

async function lastReload() {
  const { lastReload: last } = await server.status();
  return last;
}

async function answers(): Promise<void> {
  assert.deepEqual((await client.ask('www.kept.example', 'TXT'))?.answers, ['TXT kept']);
}

test('Before the first reload there is none to tell of', async () => {
  assert.equal(await lastReload(), undefined);
});

test('A signal with wrong settings is seen in the status, on the page and in the metrics until one succeeds', async () => {
  settings('listen: nonsense: {\n');
  server.process.kill('SIGHUP');
  const last = await until(lastReload, (one) => one !== undefined);
  assert.equal(last?.outcome, 'failed');
  assert.match(last?.problems.join() ?? '', /dnsteer\.yaml:1/);
  assert.match(
    (await server.status()).warnings.join('\n'),
    /The reload at .* failed, and the settings before/,
  );
  assert.match(await (await fetch(server.adminUrl)).text(), /The reload at .* failed/);
  const metrics = () => fetch(`${server.adminUrl}/metrics`).then((reply) => reply.text());
  assert.match(await metrics(), /^dnsteer_settings_reload_success 0$/m);
  await answers();
  settings('log: { level: info }\n');
  const { code, stdout } = await reload();
  assert.deepEqual([code, stdout], [0, 'The settings are in force\n']);
  assert.doesNotMatch((await server.status()).warnings.join('\n'), /The reload/);
  await until(metrics, (text) => /^dnsteer_settings_reload_success 1$/m.test(text));
});

test('The verb waits, and ends with code 1 and the reason where settings cannot be put in force', async () => {
  settings('user: no-such-user-anywhere\n');
  const { code, stderr, stdout } = await reload();
  assert.equal(code, 1, stdout);
  assert.match(stderr, /no-such-user-anywhere/);
  assert.match(stdout, /goes on with the settings before/);
  assert.equal((await lastReload())?.outcome, 'failed');
  await answers();
});

test('What takes effect at the next start only is told by the verb', async () => {
  settings(`secondary: { other.example: { primaries: ['127.0.0.1:${await freePort()}'] } }\n`);
  const { code, stdout } = await reload('--json');
  const { outcome, notices } = JSON.parse(stdout) as { outcome: string; notices: string[] };
  assert.deepEqual(
    [code, outcome, notices],
    [0, 'done', ['Setting "secondary" takes effect at the next start']],
  );
});
