/** Prefixes come and go by BIRD 2 and a BGP session to a router, as a server is well, drained, stopped and killed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { tellBird } from '../../../runtime/control/announce/bridge/bird-socket.ts';
import { atEnd } from '../../support/at-end.ts';
import {
  type BgpRouter,
  noBirdHere,
  ROUTER,
  ROUTER_AS,
  type RunningBird,
  SITE,
  SITE_AS,
  startBird,
  startRouter,
} from '../../support/bgp-router.ts';
import { BIN } from '../../support/bin.ts';
import { startServer, type TestServer } from '../../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../../support/namespace.ts';
import { freePort } from '../../support/ports.ts';
import { blocksOf } from '../../support/readme.ts';
import { until } from '../../support/until.ts';

const skip = noBirdHere() || enterNamespace(import.meta.filename);
const run = promisify(execFile);

const PREFIX = '192.0.2.53/32';
const ZONE = { 'example.com.zone': '@ SOA ns1 admin 1 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.53\n' };

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-bird-'));
const included = path.join(folder, 'included');
let router: BgpRouter;
let bird: RunningBird;
let port: number;

/** As the README has it, at the addresses of this test. */
function siteConfig(): string {
  const { text } =
    blocksOf('Anycast: two machines, one address').find(({ language }) => language === 'bird') ??
    assert.fail();
  return text
    .replaceAll('192.168.1.53', SITE)
    .replaceAll('192.168.1.1', ROUTER)
    .replaceAll('65053', String(SITE_AS))
    .replaceAll('65000', String(ROUTER_AS))
    .replaceAll('/etc/bird/dnsteer', included);
}

const settings = (more = '') => `listen: ['127.0.0.1:${port}', '192.0.2.53:${port}']
announce:
  prefixes: ['${PREFIX}']
  rise: 0
  hold: 0
  bird: { socket: '${folder}/bird.ctl', folder: '${included}' }
${more}`;

before(async () => {
  if (skip !== false) return;
  addAddress('192.0.2.53');
  port = await freePort();
  router = await startRouter();
  // BIRD does not start without what it includes.
  mkdirSync(included);
  writeFileSync(path.join(included, 'dnsteer4.conf'), '');
  bird = await startBird({ folder, config: siteConfig() });
});
after(async () => {
  if (skip !== false) return rmSync(folder, { recursive: true });
  await bird?.stop();
  await router?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function server(context: TestContext, more = '', at?: string): Promise<TestServer> {
  const started = await startServer({
    policies: ZONE,
    port,
    patienceMs: 60_000,
    ...(at !== undefined && { folder: at }),
    config: settings(more),
    env: { DNSTEER_LISTEN: `127.0.0.1:${port},192.0.2.53:${port}` },
  });
  atEnd(context, () => started.stop());
  return started;
}

const isThere = (routes: string): boolean => routes.includes(PREFIX);
const isGone = (routes: string): boolean => !routes.includes(PREFIX);
const announced = () => until(() => router.routes(), isThere);
/** Milliseconds until the router has lost the route. */
async function gone(): Promise<number> {
  const since = performance.now();
  await until(() => router.routes(), isGone);
  return performance.now() - since;
}

function dnsteer(at: TestServer, ...args: string[]): Promise<{ stdout: string }> {
  const admin = ['--admin', new URL(at.adminUrl).host];
  return run(process.execPath, [BIN, 'announce', ...args, ...admin], { cwd: at.folder });
}

const inDrained = (): string => readFileSync(path.join(included, 'dnsteer4.conf'), 'utf8');

test('A server that is well draws traffic; drained it does not, whatever BIRD is told besides', {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  assert.equal(router.reaches('192.0.2.53', port), true);
  const { stdout } = await dnsteer(at, 'drain', '--reason', 'new disks', '--owner', 'anna');
  assert.match(
    stdout,
    /192\.0\.2\.53\/32: withdrawn since .*: drained by anna: new disks\n.*BIRD has taken that over/,
  );
  assert.ok((await gone()) < 1000);
  assert.equal(router.reaches('192.0.2.53', port), false);
  await tellBird(bird.socket, ['configure']);
  assert.ok(isGone(await router.routes()));
  assert.match((await dnsteer(at, 'undrain')).stdout, /: announced since/);
  await announced();
  await at.stop();
  assert.ok(isGone(await router.routes()));
});

test('A drain outlives the server', { skip }, async (context) => {
  const at = mkdtempSync(path.join(tmpdir(), 'dnsteer-drained-'));
  const first = await server(context, '', at);
  await announced();
  await dnsteer(first, 'drain', '--owner', 'anna');
  await first.stop();
  const second = await server(context, '', at);
  const { announce } = await until(
    () => second.status(),
    ({ announce: one }) => one?.bridges[0]?.isDone === true,
  );
  assert.equal(announce?.way, 'withdrawn');
  assert.equal(announce?.drain?.owner, 'anna');
  assert.ok(isGone(await router.routes()));
  await second.stop();
  rmSync(at, { recursive: true, force: true });
});

test('A server that is stopped answers until its prefixes are withdrawn, and longer', {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  const stopped = at.stop();
  await gone();
  assert.equal(at.process.exitCode, null);
  assert.equal((await fetch(`${at.adminUrl}/readyz`)).status, 200);
  assert.equal((await stopped).code, 0);
});

test('A server without answer processes is left within two seconds, and comes back', {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  const since = performance.now();
  const kill = setInterval(() => void killAnswers(at), 30);
  await until(() => router.routes(), isGone);
  const took = performance.now() - since;
  clearInterval(kill);
  assert.ok(took < 2000 + 500, `${took} ms`);
  await announced();
  await at.stop();
});

async function killAnswers(at: TestServer): Promise<void> {
  const { stdout } = await run('pgrep', ['-P', String(at.process.pid), '-f', 'answer-process']).catch(() => ({
    stdout: '',
  }));
  for (const pid of stdout.split('\n').filter(Boolean)) kill(Number(pid));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

test('Control that is killed leaves routes while answers come; when nothing answers they go', {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  const answers = (await at.status()).processes.filter(({ kind }) => kind === 'answer');
  const stands = inDrained();
  kill(at.process.pid ?? 0);
  // Longer than the bridge waits before it asks the server itself.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  assert.ok(isThere(await router.routes()));
  assert.equal(inDrained(), stands);
  assert.equal(router.reaches('192.0.2.53', port), true);
  for (const { pid } of answers) kill(pid);
  assert.ok((await gone()) < 3000);
  assert.doesNotMatch(inDrained(), /^route/m);
});

test('All processes killed at once, and the bridge with them: the verb for ExecStopPost withdraws', {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  const { announce, processes } = await at.status();
  for (const { pid } of [...(announce?.bridges ?? []), ...processes]) kill(pid);
  const { stdout } = await run(process.execPath, [BIN, 'announce', 'withdraw'], { cwd: at.folder });
  assert.match(stdout, /192\.0\.2\.53\/32: withdrawn/);
  assert.ok((await gone()) < 1000);
  await at.stop();
});

test('A bridge that is killed has a successor, and routes stay meanwhile', { skip }, async (context) => {
  const at = await server(context);
  await announced();
  const pidOf = async () => (await at.status()).announce?.bridges[0]?.pid;
  const before = await pidOf();
  kill(before ?? 0);
  await until(pidOf, (pid) => pid !== undefined && pid !== before);
  assert.ok(isThere(await router.routes()));
  await dnsteer(at, 'drain');
  await gone();
  await at.stop();
});

test("Somebody else's mistake in the configuration of BIRD keeps no prefix announced", {
  skip,
}, async (context) => {
  const at = await server(context);
  await announced();
  writeFileSync(bird.file, `${siteConfig()}protocol nonsense;\n`);
  await dnsteer(at, 'drain');
  await gone();
  writeFileSync(bird.file, siteConfig());
  await dnsteer(at, 'undrain');
  await announced();
  await at.stop();
});

test('Unwell may mean a longer path in place of none', { skip }, async (context) => {
  const at = await server(
    context,
    `  onUnwell: prepend\n  prependAs: ${SITE_AS}\n  when: { zonesLive: 100 }\n  fall: 0\n`,
  );
  await announced();
  at.write('broken.example.zone', 'nonsense\n');
  const routes = await until(
    () => router.routes(),
    (one) => /65001 65001 65001 65001/.test(one),
  );
  assert.match(routes, /BGP\.as_path: 65001 65001 65001 65001 /);
  assert.equal((await at.status()).announce?.way, 'prepended');
  at.remove('broken.example.zone');
  await until(
    () => router.routes(),
    (one) => isThere(one) && !/65001 65001/.test(one),
  );
  await at.stop();
});
