/** Any process may die and is replaced; all end together, and quietly. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Status } from '../../runtime/admin/status.ts';
import { BIN } from '../support/bin.ts';
import { Client } from '../support/client.ts';
import { dig } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
  export default definePolicy({
    fallback: { TXT: 'fallback' },
    hosts: { www: (query) => ({ TXT: 'for ' + query.client.ip + Math.random() }), fixed: { TXT: 'fixed' } },
  });`;

async function status(server: TestServer): Promise<Status> {
  return (await (await fetch(`${server.adminUrl}/api/status`)).json()) as Status;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every process of a server but control. */
async function children(server: TestServer): Promise<{ answers: number[]; sandboxes: number[] }> {
  const processes = (await status(server)).processes.filter(({ pid }) => pid > 0);
  return {
    answers: processes.filter(({ kind }) => kind === 'answer').map(({ pid }) => pid),
    sandboxes: processes.filter(({ kind }) => kind === 'sandbox').map(({ pid }) => pid),
  };
}

describe('A server with two answer processes', () => {
  let server: TestServer;
  let client: Client;
  before(async () => {
    server = await startServer({ policies: { 'proc.example.ts': POLICY }, processes: 2 });
    client = await Client.open(server.port);
  });
  after(async () => {
    client.close();
    await server.stop();
  });

  test('has a sandbox for each of them, and one for trials', async () => {
    const { answers, sandboxes } = await settled(server);
    assert.equal(new Set([...answers, ...sandboxes]).size, 5);
  });

  test('replaces an answer process that is killed, while the other answers', async () => {
    const [victim] = (await settled(server)).answers;
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGKILL');
    await server.printed(/Answer process ended/);
    // One socket's queue died with the process, so the first question may be lost; none after.
    await client.ask('fixed.proc.example', 'TXT', 300);
    for (let index = 0; index < 20; index += 1) {
      const reply = await client.ask('fixed.proc.example', 'TXT');
      assert.deepEqual(reply?.answers, ['TXT fixed']);
    }
    const { answers } = await settled(server);
    assert.ok(!answers.includes(victim));
  });

  test('answers within the deadline while a sandbox is replaced', async () => {
    const { sandboxes } = await settled(server);
    for (const pid of sandboxes) process.kill(pid, 'SIGKILL');
    const reply = await client.ask('www.proc.example', 'TXT');
    assert.equal(reply?.rcode, 'NOERROR');
    assert.match(reply?.answers[0] ?? '', /^TXT (fallback|for 127\.0\.0\.1)/);
    await untilPolicyRuns(client);
  });

  test('ends with code 0 on SIGTERM and leaves no process behind', async () => {
    const { answers, sandboxes } = await children(server);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.deepEqual([...answers, ...sandboxes].filter(alive), []);
  });
});

describe('A server that runs', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({
      policies: { 'proc.example.ts': POLICY },
      config: 'policy: { ttl: 11 }',
    });
  });
  after(() => server.stop());

  test('goes by other settings at SIGHUP, and wrong ones leave the old in force', async () => {
    const settings = path.join(server.folder, 'dnsteer.yaml');
    const ttl = async (): Promise<string | undefined> =>
      (await dig(server.port, 'fixed.proc.example', 'TXT', '+noall', '+answer')).split(/\s+/)[1];
    assert.equal(await ttl(), '11');
    writeFileSync(settings, 'policy: { ttl: 22 }\nedns: { udpSize: 1400 }');
    server.process.kill('SIGHUP');
    await server.printed(/Settings have been read again/);
    assert.equal(await ttl(), '22');
    assert.match(await dig(server.port, 'proc.example', 'SOA'), /udp: 1400/);

    writeFileSync(settings, 'polisy: { ttl: 33 }');
    server.process.kill('SIGHUP');
    await server.printed(/Did you mean \S*policy/);
    assert.equal(await ttl(), '22');
  });

  test('ends with code 0 at SIGINT and without a word of complaint', async () => {
    const before = server.output();
    server.process.kill('SIGINT');
    const [code] = await once(server.process, 'exit');
    assert.equal(code, 0);
    assert.doesNotMatch(server.output().slice(before.length), /error|warn|at .*\d+:\d+/i);
  });
});

test('SIGHUP with addresses that cannot be had leaves the server answering, and the next may be right', async () => {
  const port = await freePort();
  const server = await startServer({
    policies: { 'proc.example.ts': POLICY },
    env: { DNSTEER_LISTEN: '', DNSTEER_ADMIN_LISTEN: '' },
    config: `listen: ["127.0.0.1:${port}"]\nadmin: { listen: off }`,
  });
  const settings = path.join(server.folder, 'dnsteer.yaml');
  const reload = async (listen: string, admin: string, outcome: RegExp): Promise<void> => {
    const from = server.output().length;
    writeFileSync(settings, `listen: ["${listen}"]\nadmin: { listen: "${admin}" }\npolicy: { ttl: 22 }`);
    server.process.kill('SIGHUP');
    await server.printed(outcome, from);
    assert.match(await dig(port, 'fixed.proc.example', 'TXT'), /NOERROR/);
  };
  try {
    await reload('192.0.2.1:53', 'off', /cannot be put into effect/);
    await reload(`127.0.0.1:${port}`, `127.0.0.1:${port}`, /cannot be put into effect/);
    await reload(`127.0.0.1:${port}`, 'off', /Settings have been read again/);
    assert.match(await dig(port, 'fixed.proc.example', 'TXT', '+noall', '+answer'), /\s22\s/);
  } finally {
    await server.stop();
  }
});

test('A server that is stopped while it loads its zones says nothing against them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  mkdirSync(path.join(folder, 'policies'));
  for (let zone = 1; zone <= 40; zone += 1)
    writeFileSync(path.join(folder, 'policies', `zone${zone}.example.ts`), POLICY);
  const env = { ...process.env, DNSTEER_LISTEN: '127.0.0.1:0', DNSTEER_ADMIN_LISTEN: 'off' };
  const child = spawn(process.execPath, [BIN, 'start'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') child.kill('SIGINT');
      output += text;
    });
  const [code] = await once(child, 'close');
  rmSync(folder, { recursive: true });
  assert.equal(code, 0);
  assert.match(output, /Zone is live/);
  assert.doesNotMatch(output, /error|broken|stopped|zone40/);
});

test('Answers outlive control, until another control has taken over', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  const first = await startServer({ folder, policies: { 'proc.example.ts': POLICY } });
  const { answers } = await settledAt(first, 1);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  const client = await Client.open(first.port);
  assert.deepEqual((await client.ask('fixed.proc.example', 'TXT'))?.answers, ['TXT fixed']);

  const second = await startServer({ folder });
  while (answers.some(alive)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await client.ask('fixed.proc.example', 'TXT', 300), undefined, 'its socket is gone with it');
  client.close();
  await second.stop();
  rmSync(folder, { recursive: true });
});

async function settled(server: TestServer): ReturnType<typeof children> {
  return settledAt(server, 2);
}

/** The children once there are as many as there should be: one for each answer process, and one for trials. */
async function settledAt(server: TestServer, processes: number): ReturnType<typeof children> {
  for (;;) {
    const now = await children(server);
    if (now.answers.length === processes && now.sandboxes.length === processes + 1) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilPolicyRuns(client: Client): Promise<void> {
  for (;;) {
    const reply = await client.ask('www.proc.example', 'TXT');
    if (reply?.answers[0]?.startsWith('TXT for')) return;
  }
}
