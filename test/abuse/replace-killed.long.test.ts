/**
 * `dnsteer start --replace` while things go wrong: one server or the other is killed in the middle, answer processes
 * are, two want the place at one time. Somebody answers all the while, and in the end there is one server.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { Crowd } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';
import { answersOf } from './answers.ts';

const POLICIES = { 'a.example.zone': 'www 30 IN TXT here\n' };
const QUESTIONS = { 'www.a.example': 'here' };

/** Queries that were with a process when it was killed. */
const MOST_LOST = 50;
/** Moments of a replacement, by what the one that comes has printed, and a time after that. */
const MOMENTS = [0, 150, 300, 450, 600] as const;

for (const [title, attack] of Object.entries({
  'the one that comes is killed': async (_: TestServer, next: ChildProcess) => {
    const answers = answersOf(next.pid ?? 0);
    next.kill('SIGKILL');
    await once(next, 'exit');
    // The one that stays is alone again.
    for (const pid of answers) await isGone(pid);
  },
  'the control that is replaced is killed': async (first: TestServer) => {
    first.process.kill('SIGKILL');
  },
  'the answer processes that are replaced are killed': async (first: TestServer) => {
    const answers = answersOf(first.process.pid ?? 0);
    assert.equal(answers.length, 2);
    for (const pid of answers) process.kill(pid, 'SIGKILL');
  },
})) {
  test(`While a server is replaced, ${title}: nothing is lost`, async () => {
    const isWithQueries = title.startsWith('the answer processes');
    for (const moment of MOMENTS) {
      const adminPort = await freePort();
      const env = { DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}` };
      const first = await startServer({ policies: POLICIES, processes: 2, env });
      const before = answersOf(first.process.pid ?? 0);
      const crowd = await Crowd.gather({ port: first.port, questions: QUESTIONS, perSecond: 200 });
      const next = start(first, adminPort, '--replace');
      try {
        await new Promise((resolve) => setTimeout(resolve, moment));
        await attack(first, next);
        // Whoever is left answers: the one or the other, and says so.
        await until(
          async () => [first.process, next].filter(isRunning).length,
          (count) => count === 1,
        );
        await until(
          () => isReady(adminPort),
          (ready) => ready,
        );
        const { lost, wrong } = await crowd.leave();
        assert.ok(lost <= (isWithQueries ? MOST_LOST : 0), `${lost} lost after ${moment} ms`);
        assert.equal(wrong, 0);
        await ended(next);
        // Those whose control was killed read in its folder that they are to leave.
        if (!isRunning(first.process)) for (const pid of before) await isGone(pid);
      } finally {
        await crowd.leave();
        await ended(next);
        for (const pid of before) if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGTERM');
        await first.stop();
      }
    }
  });
}

test('Two that want the place of one at one time: one has it in the end', async () => {
  const adminPort = await freePort();
  const env = { DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}` };
  const first = await startServer({ policies: POLICIES, processes: 2, env });
  const both = [start(first, adminPort, '--replace'), start(first, adminPort, '--replace')];
  try {
    await until(
      async () => [first.process, ...both].filter(isRunning).length,
      (count) => count === 1,
    );
    assert.equal(first.process.exitCode, 0);
    // The other says so; or it came so late that the winner was in charge by then, and was replaced in its turn.
    const [code] = both.filter((one) => !isRunning(one)).map(({ exitCode }) => exitCode);
    assert.ok(code === 1 || code === 0, `it ended with ${code}`);
  } finally {
    await Promise.all(both.map(ended));
    await first.stop();
  }
});

function start({ folder, port }: TestServer, adminPort: number, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [BIN, 'start', ...args], {
    cwd: folder,
    env: {
      ...process.env,
      DNSTEER_LISTEN: `127.0.0.1:${port}`,
      DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      DNSTEER_PROCESSES: '2',
      DNSTEER_GEO_DETAIL: 'none',
    },
    stdio: 'ignore',
  });
}

async function isGone(pid: number): Promise<void> {
  await until(
    async () => existsSync(`/proc/${pid}`),
    (exists) => !exists,
  );
}

async function isReady(adminPort: number): Promise<boolean> {
  const ready = await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => undefined);
  return ready?.status === 200;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
}
