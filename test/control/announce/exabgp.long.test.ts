/** Prefixes come and go by ExaBGP and a BGP session to a router; whatever dies leaves no route behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  type BgpRouter,
  noBirdHere,
  ROUTER,
  ROUTER_AS,
  SITE,
  SITE_AS,
  startRouter,
} from '../../support/bgp-router.ts';
import { BIN } from '../../support/bin.ts';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { enterNamespace } from '../../support/namespace.ts';
import { until } from '../../support/until.ts';

const skip = noBirdHere() || noBirdHere('exabgp') || enterNamespace(import.meta.filename);
const run = promisify(execFile);

const PREFIX = '192.0.2.53/32';
const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-exabgp-'));
let router: BgpRouter;
let server: TestServer;
let exabgp: ChildProcess;

before(async () => {
  if (skip !== false) return;
  router = await startRouter();
  server = await begin();
  exabgp = beginExabgp();
});
after(async () => {
  if (skip !== false) return rmSync(folder, { recursive: true });
  await end(exabgp);
  await server?.stop();
  await router?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function begin(): Promise<TestServer> {
  const config = `announce:\n  prefixes: ['${PREFIX}']\n  rise: 0\n  hold: 0\n  socket: ${folder}/announce.sock\n`;
  return startServer({
    policies: { 'example.com.zone': '@ SOA ns1 admin 1 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.53\n' },
    config,
    patienceMs: 60_000,
  });
}

function beginExabgp(): ChildProcess {
  const file = path.join(folder, 'exabgp.conf');
  const script = path.join(folder, 'bridge.sh');
  const listen = `127.0.0.1:${server.port}`;
  writeFileSync(
    script,
    `#!/bin/sh\nexport DNSTEER_LISTEN=${listen}\ncd ${server.folder} && exec ${process.execPath} ${BIN} announce exabgp\n`,
    { mode: 0o755 },
  );
  writeFileSync(
    file,
    `process dnsteer { run ${script}; encoder text; }
neighbor ${ROUTER} {
  router-id ${SITE}; local-address ${SITE}; local-as ${SITE_AS}; peer-as ${ROUTER_AS};
  family { ipv4 unicast; }
  api { processes [ dnsteer ]; }
}
`,
  );
  const env = {
    ...process.env,
    'exabgp.daemon.user': 'root',
    'exabgp.daemon.drop': 'false',
    'exabgp.api.cli': 'false',
    'exabgp.log.destination': 'stderr',
    'exabgp.log.level': 'ERR',
  };
  return spawn('exabgp', [file], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

const isThere = (routes: string): boolean => routes.includes(PREFIX);
const announced = () => until(() => router.routes(), isThere, 60_000);
const gone = () =>
  until(
    () => router.routes(),
    (routes) => !isThere(routes),
  );

function dnsteer(...args: string[]): Promise<{ stdout: string }> {
  const admin = ['--admin', new URL(server.adminUrl).host];
  return run(process.execPath, [BIN, 'announce', ...args, ...admin], { cwd: server.folder });
}

const bridgePid = async () => (await server.status()).announce?.bridges[0]?.pid;

test('A server that is well draws traffic, and drained it does not', { skip }, async () => {
  await announced();
  const { stdout } = await dnsteer('drain', '--owner', 'anna');
  assert.match(stdout, /withdrawn since .*: drained by anna\n.*ExaBGP has taken that over/);
  await gone();
  await dnsteer('undrain');
  await announced();
});

test('A bridge that ends withdraws first; its successor announces anew', { skip }, async () => {
  const pid = (await bridgePid()) ?? 0;
  process.kill(pid, 'SIGTERM');
  await gone();
  await announced();
  assert.notEqual(await bridgePid(), pid);
});

test('A bridge that is killed has a successor, which knows what is to be withdrawn', { skip }, async () => {
  const pid = (await bridgePid()) ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(bridgePid, (other) => other !== undefined && other !== pid, 60_000);
  await dnsteer('drain');
  await gone();
  await dnsteer('undrain');
  await announced();
});

test('ExaBGP that is stopped leaves no route', { skip }, async () => {
  await end(exabgp);
  await gone();
  exabgp = beginExabgp();
  await announced();
});

test('All processes of the server killed at once: the bridge withdraws, and follows the next server', {
  skip,
}, async () => {
  const { processes } = await server.status();
  for (const { pid } of processes) process.kill(pid, 'SIGKILL');
  const since = performance.now();
  await gone();
  assert.ok(performance.now() - since < 4000);
});

test('A server that is stopped withdraws before its processes end', { skip }, async () => {
  await server.stop();
  server = await begin();
  exabgp.kill('SIGKILL');
  exabgp = beginExabgp();
  await announced();
  const stopped = server.stop();
  await gone();
  assert.equal(server.process.exitCode, null);
  await stopped;
});
