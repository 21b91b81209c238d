/**
 * `dnsteer start --replace` while things go wrong: one server or the other is killed in the middle, answer processes
 * are, two want the place at one time. Somebody answers all the while, and in the end there is one server.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { Crowd } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

const POLICIES = { 'a.example.zone': 'www 30 IN TXT here\n' };
const QUESTIONS = { 'www.a.example': 'here' };

/** Moments of a replacement, by what the one that comes has printed, and a time after that. */
const MOMENTS = [0, 150, 300, 450, 600] as const;

for (const [title, attack] of Object.entries({
  'the one that comes is killed': async (_: TestServer, next: ChildProcess) => {
    next.kill('SIGKILL');
    await once(next, 'exit');
  },
  'the control that is replaced is killed': async (first: TestServer) => {
    first.process.kill('SIGKILL');
  },
  'the answer processes that are replaced are killed': async (first: TestServer) => {
    for (const pid of await answersOf(first)) process.kill(pid, 'SIGKILL');
  },
})) {
  test(`While a server is replaced, ${title}: nothing is lost`, async () => {
    for (const moment of MOMENTS) {
      const adminPort = await freePort();
      const env = { DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}` };
      const first = await startServer({ policies: POLICIES, processes: 2, env });
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
        assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 }, `after ${moment} ms`);
      } finally {
        await ended(next);
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

async function answersOf(server: TestServer): Promise<number[]> {
  const { processes } = await server.status().catch(() => ({ processes: [] }));
  return processes.flatMap(({ kind, pid }) => (kind === 'answer' && pid > 0 ? pid : []));
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
