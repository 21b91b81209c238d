/** A reload of the settings, and above all one that fails: its outcome is seen by whoever asks, in any way. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import dnsPacket from 'dns-packet';
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

test('Where one of several changes fails, none is in force; then those that need no process change none', async () => {
  const answering = async () =>
    (await server.status()).processes.flatMap(({ kind, pid }) => (kind === 'answer' ? pid : []));
  const before = await answering();
  const taken = createServer().listen(0, '127.0.0.1');
  try {
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    settings(
      `identity: { name: changed }\nsandbox: { memory: 1024 }\nupdate: { listen: '127.0.0.1:${port}' }\n`,
    );
    const { code, stderr } = await reload();
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`${port}.*update\\.listen|update\\.listen.*${port}`, 's'));
    assert.deepEqual(await answering(), before);
    assert.equal(await nsid(), undefined);
  } finally {
    taken.close();
  }
  settings('identity: { name: changed }\nzone: { negativeTtl: 7 }\n');
  const { code, stdout } = await reload();
  assert.equal(code, 0);
  assert.match(stdout, /^Taken over by the processes that run: .*zone\.negativeTtl, identity\.name$/m);
  assert.deepEqual(await answering(), before);
  assert.equal(await nsid(), 'changed');
  await answers();
});

test('A setting that is not sound is told with its file, its line and its name, and changes nothing', async () => {
  settings('identity: { name: other }\nrateLimit:\n  slip: many\n');
  const { code, stderr } = await reload();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^dnsteer\.yaml:3:\d+: error: Setting "rateLimit\.slip".*\n {6}slip: many\n +\^\n(?!.*error)/,
  );
  assert.equal((await lastReload())?.outcome, 'failed');
  assert.equal(await nsid(), 'changed');
});

/** The name by which the server makes itself known (RFC 4892). */
async function nsid(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.send(
      dnsPacket.encode({
        type: 'query',
        id: 7,
        questions: [{ name: 'id.server', type: 'TXT', class: 'CH' }],
      }),
      server.port,
      '127.0.0.1',
    );
    const [reply] = (await once(socket, 'message')) as [Buffer];
    const [answer] = dnsPacket.decode(reply).answers ?? [];
    return answer?.type === 'TXT' ? [answer.data].flat()[0]?.toString() : undefined;
  } finally {
    socket.close();
  }
}
