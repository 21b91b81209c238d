/** A real HAProxy whose backends are changed while it forwards requests: none is lost, and it is never reloaded. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Upstream } from '../../../runtime/admin/emit/upstream.ts';
import type { EmitSetting } from '../../../runtime/config/emit/emit-schema.ts';
import { bringUpToDate, type EmittedState } from '../../../runtime/control/emit/bring-up-to-date.ts';
import { readServersState } from '../../../runtime/control/emit/haproxy-servers.ts';
import { askHaproxy } from '../../../runtime/control/emit/haproxy-socket.ts';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';

const skip = spawnSync('which', ['haproxy']).status !== 0 && 'haproxy is not installed';
const POOL = 'shop.example/eu';
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const CHANGES = 50;

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-haproxy-'));
const socket = path.join(folder, 'admin.sock');
const { signal } = new AbortController();
const state: EmittedState = { owesReload: false, hasReloaded: false };
const servers: Server[] = [];
let haproxy: ChildProcess | undefined;
let front: number;
let setting: EmitSetting;

before(async () => {
  if (skip !== false) return;
  front = await freePort();
  const port = await freePort();
  for (const address of ADDRESSES) {
    const server = createServer((_, response) => response.end(address)).listen(port, address);
    // A server that closes an idle connection loses requests by itself.
    server.keepAliveTimeout = 0;
    servers.push(server);
    await once(server, 'listening');
  }
  setting = {
    kind: 'haproxy',
    file: path.join(folder, 'pools.cfg'),
    pools: [POOL],
    port,
    timeout: 10,
    socket,
  };
  const main = path.join(folder, 'main.cfg');
  writeFileSync(
    main,
    `global
 stats socket ${socket} level admin
defaults
 mode http
 timeout connect 5s
 timeout client 60s
 timeout server 60s
frontend shop
 bind 127.0.0.1:${front}
 default_backend shop.example_2feu
`,
  );
  // Without a running HAProxy the file is written, and a reload is owed.
  const first = await change([ADDRESSES[0], ADDRESSES[1]].map((address) => member(address)));
  assert.deepEqual(first, { ok: true, value: true });
  assert.equal(state.owesReload, true);
  state.owesReload = false;
  haproxy = spawn('haproxy', ['-db', '-f', main, '-f', setting.file], { stdio: 'ignore' });
  await until(
    async () => existsSync(socket) && (await askHaproxy(socket, 'show info', signal)).ok,
    (isThere) => isThere,
  );
});
after(async () => {
  for (const server of servers) server.close().closeAllConnections();
  if (haproxy?.exitCode === null) {
    const ended = once(haproxy, 'exit');
    haproxy.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function member(address: string | undefined, share = 1, isUp = true): Upstream {
  return { address: address ?? assert.fail('no address'), isUp, share };
}

function change(upstreams: Upstream[]): ReturnType<typeof bringUpToDate> {
  return bringUpToDate(setting, [{ pool: POOL, upstreams }], state, signal);
}

/** Down, drained in part, gone and there again: at least one is always up. */
function membersAt(at: number): Upstream[] {
  const [one, two, three] = ADDRESSES;
  switch (at % 5) {
    case 0:
      return [member(one, 1, false), member(two)];
    case 1:
      return [member(one, 0.3), member(two, 1, false)];
    case 2:
      return [member(one), member(two, 0), member(three)];
    case 3:
      return [member(three, 0.5), member(two, 1, false)];
    default:
      return [member(one), member(two, 0.7)];
  }
}

function request(agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port: front, host: '127.0.0.1', agent }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}`)),
      );
      response.on('error', reject);
    }).on('error', reject);
  });
}

test('No request is lost while addresses come, go and change their state', { skip }, async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  const answers = new Map<string, number>();
  const over = new AbortController();
  const clients = Array.from({ length: 10 }, async () => {
    while (!over.signal.aborted) {
      const answer = await request(agent);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  });
  const changes = (async () => {
    for (let at = 0; at < CHANGES; at += 1) {
      const asked = [...answers.values()].reduce((sum, count) => sum + count, 0);
      assert.deepEqual(await change(membersAt(at)), { ok: true, value: true });
      assert.equal(state.owesReload, false, `change ${at} needs a reload`);
      await until(
        async () => [...answers.values()].reduce((sum, count) => sum + count, 0),
        (now) => now >= asked + 20,
      );
    }
  })().finally(() => over.abort());
  await Promise.all([changes, ...clients]);
  agent.destroy();
  assert.deepEqual([...answers.keys()].sort(), ADDRESSES);
});

test('HAProxy is as the file has it: state, weight and port', { skip }, async () => {
  await change([member('127.0.0.1', 0.4), member('127.0.0.2', 1, false)]);
  assert.match(readFileSync(setting.file, 'utf8'), /127\.0\.0\.2:\d+ weight 100 disabled/);
  const answer = await askHaproxy(socket, 'show servers state shop.example_2feu', signal);
  assert.ok(answer.ok);
  const running = readServersState(answer.value) ?? [];
  const shown = new Map(running.map((one) => [one.name, [one.weight, one.isInMaintenance, one.port]]));
  assert.deepEqual(shown.get('127.0.0.1'), [40, false, String(setting.port)]);
  assert.deepEqual(shown.get('127.0.0.2')?.[1], true);
  const elsewhere = { ...setting, port: setting.port === 65_535 ? 1 : setting.port + 1 };
  const pools = [{ pool: POOL, upstreams: [member('127.0.0.1')] }];
  assert.equal((await bringUpToDate(elsewhere, pools, state, signal)).ok, true);
  assert.equal(state.owesReload, false);
});

test('A backend that HAProxy does not have needs a reload', { skip }, async () => {
  const upstreams = [member('127.0.0.1')];
  const pools = [
    { pool: POOL, upstreams },
    { pool: 'shop.example/us', upstreams },
  ];
  assert.equal((await bringUpToDate(setting, pools, state, signal)).ok, true);
  assert.equal(state.owesReload, true);
});
