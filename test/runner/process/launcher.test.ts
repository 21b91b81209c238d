/** Processes started by another: their pipe, their end, and what becomes of them without it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { SandboxChild } from '../../../runtime/runner/process/child.ts';
import { Launcher } from '../../../runtime/runner/process/launcher.ts';
import { atEnd } from '../../support/at-end.ts';
import { childrenRunning } from '../../support/children.ts';
import { until } from '../../support/until.ts';

/** Sends back what it hears. */
const ECHO = `const { readSync, writeSync } = require('node:fs'); const chunk = Buffer.alloc(99);
  for (;;) { const length = readSync(3, chunk); if (length === 0) process.exit(0); writeSync(3, chunk, 0, length); }`;

/** To wait on without a look at anything else. */
const CELL = new Int32Array(new SharedArrayBuffer(4));

/** Enough for a launcher on a busy machine, and this is how long one test takes. */
const PATIENCE_MS = 3000;

/** Ends with its test, however that ends: the next looks for launchers that are left. */
function opened(context: TestContext, patienceMs?: number): Launcher {
  const launcher = new Launcher(undefined, patienceMs);
  atEnd(context, () => launcher.stop());
  return launcher;
}

function node(launcher: Launcher, code: string, priority = 1): SandboxChild {
  return launcher.start([process.execPath, '-e', code], priority);
}

async function pipeOf(child: SandboxChild): Promise<Socket> {
  const pipe = await child.pipe;
  assert.ok(pipe);
  return pipe;
}

async function answersOn(pipe: Socket, text: string): Promise<void> {
  pipe.write(text);
  const [said] = await once(pipe, 'data');
  assert.equal(String(said), text);
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
}

test('What it starts is not a child of this process, and speaks with it', async (context) => {
  const launcher = opened(context);
  const child = node(launcher, ECHO);
  await answersOn(await pipeOf(child), 'hello');
  assert.notEqual(parentOf(child.pid), process.pid);
  child.kill();
  assert.deepEqual(await child.ended, { how: 'SIGKILL', signal: 'SIGKILL' });
});

test('What a process says at once is heard by a host that is busy meanwhile', async (context) => {
  const launcher = opened(context);
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-launcher-'));
  const sign = path.join(folder, 'spoken');
  // The launcher is there from now on.
  node(launcher, ECHO).kill();
  const child = node(
    launcher,
    `const fs = require('node:fs'); fs.writeSync(3, 'first words'); fs.writeFileSync(${JSON.stringify(sign)}, ''); fs.readSync(3, Buffer.alloc(1));`,
  );
  await setImmediate();
  while (!existsSync(sign)) Atomics.wait(CELL, 0, 0, 20);
  Atomics.wait(CELL, 0, 0, 50);
  const [said] = await once(await pipeOf(child), 'data', { signal: AbortSignal.timeout(10_000) });
  assert.equal(String(said), 'first words');
  child.kill();
  rmSync(folder, { recursive: true });
});

test('It tells how a process ended, and what it complained of', async (context) => {
  const launcher = opened(context);
  const child = node(launcher, `console.error('no more'); process.exit(7)`);
  assert.deepEqual(await child.ended, { how: 'exit code 7', signal: undefined });
  assert.equal(await child.complaint, 'no more\n');
});

test('A program that is not there could not be started', async (context) => {
  const launcher = opened(context);
  const child = launcher.start(['/nowhere/dnsteer'], 1);
  assert.equal(await child.pipe, undefined);
  assert.match((await child.ended).how, /^could not be started: .*ENOENT/);
});

test('What is not wanted any more before it has started is ended', async (context) => {
  const launcher = opened(context);
  const child = node(launcher, ECHO);
  child.kill();
  assert.equal((await child.ended).how, 'SIGKILL');
});

test('Without its launcher a process goes on, its end is noticed, and another launcher starts the next', async (context) => {
  const launcher = opened(context);
  const first = node(launcher, ECHO);
  const pipe = await pipeOf(first);
  const launcherPid = parentOf(first.pid);
  process.kill(launcherPid, 'SIGKILL');
  await until(
    async () => parentOf(first.pid),
    (pid) => pid !== launcherPid,
  );
  await answersOn(pipe, 'still here');
  const second = node(launcher, ECHO);
  await answersOn(await pipeOf(second), 'here too');
  first.kill();
  assert.match((await first.ended).how, /^unknown: its launcher has ended/);
  second.kill();
  assert.equal((await second.ended).how, 'SIGKILL');
});

test('A launcher that is stuck is replaced, and what it was to start is not waited for', async (context) => {
  const launcher = opened(context, PATIENCE_MS);
  const child = node(launcher, ECHO);
  await pipeOf(child);
  process.kill(parentOf(child.pid), 'SIGSTOP');
  const never = node(launcher, ECHO);
  assert.equal(await never.pipe, undefined);
  assert.equal((await never.ended).how, 'could not be started: its launcher has ended');
  const next = node(launcher, ECHO);
  await answersOn(await pipeOf(next), 'from the next');
  for (const each of [child, next]) each.kill();
});

test('Another launcher is there after a moment, needed or not', async (context) => {
  const launcher = opened(context);
  const child = node(launcher, ECHO);
  await pipeOf(child);
  const before = parentOf(child.pid);
  process.kill(before, 'SIGKILL');
  const after = await until(
    async () => launchers().filter((pid) => pid !== before),
    (pids) => pids.length === 1,
  );
  const next = node(launcher, ECHO);
  await pipeOf(next);
  assert.deepEqual(after, [parentOf(next.pid)]);
  for (const each of [child, next]) each.kill();
});

/** Launchers that this process has started. */
function launchers(): number[] {
  return childrenRunning('launcher-process', process.pid);
}
