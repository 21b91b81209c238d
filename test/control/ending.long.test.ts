/** How a server ends that cannot end in order, in a process of its own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../support/ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-ending-'));
after(() => rmSync(folder, { recursive: true }));
const MOST_MS = 5000;

interface Ended {
  readonly output: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tookMs: number;
}

/** A process with an `ending` of a server that `stop`s like this; told to end once it is `ready`, twice. */
async function end(stop: string, more = ''): Promise<Ended> {
  const program = `
    import { spawn } from 'node:child_process';
    import { open } from 'node:fs/promises';
    import { createLogger } from '${ROOT}/runtime/base/log.ts';
    import { Awaited, Ending } from '${ROOT}/runtime/control/ending.ts';
    const awaited = new Awaited();
    const server = {
      stop: async () => { console.error('stop'); ${stop} },
      kill: () => console.error('killed'),
      get unended() { return awaited.names; },
    };
    const ending = new Ending(server, createLogger({ level: 'info', format: 'json' }));
    ${more}
    process.on('SIGTERM', () => ending.begin());
    setInterval(() => {}, 1000);
    console.error('ready');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  while (!/^ready$/m.test(output)) await once(child.stderr, 'data');
  const from = performance.now();
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { output, code, signal, tookMs: performance.now() - from };
}

/** Nobody may have taken note of it yet. */
function hasEnded(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

test('What ends in order ends at once, and is asked to once', async () => {
  const { output, code, tookMs } = await end(
    'await awaited.all({ all: Promise.resolve(), none: undefined });',
  );
  assert.equal(code, 0);
  assert.equal(output.match(/^stop$/gm)?.length, 1);
  assert.ok(tookMs < MOST_MS);
});

test('What does not end is named, and the process ended with those it started', async () => {
  const started = "const sleeper = spawn('sleep', ['600']); console.error('sleeper', sleeper.pid, '.');";
  const { output, signal, tookMs } = await end(
    "await awaited.all({ 'one part': new Promise(() => {}), another: Promise.resolve() });",
    started,
  );
  assert.equal(signal, 'SIGKILL');
  assert.match(output, /"hangs":\["one part"\].*did not end within 4 s.*What hangs: one part/);
  assert.match(output, /^killed$/m);
  assert.ok(tookMs < MOST_MS);
  const sleeper = Number(/sleeper (\d+)/.exec(output)?.[1]);
  assert.ok(process.platform !== 'linux' || hasEnded(sleeper));
});

test('A thread that hangs in a call of the system does not keep a process that has ended in order', async () => {
  const pipe = path.join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);
  const { output, signal, tookMs } = await end('', `open('${pipe}', 'r').catch(() => {});`);
  assert.equal(signal, 'SIGKILL');
  assert.match(output, /What hangs: the file system/);
  assert.ok(tookMs < MOST_MS);
});

test('A server that is told to end while it starts, and again, ends', async () => {
  mkdirSync(path.join(folder, 'policies'));
  writeFileSync(path.join(folder, 'policies', 'a.example.zone'), 'www 30 IN TXT a\n');
  const port = await freePort();
  for (const delay of [300, 600, 900]) {
    const child: ChildProcess = spawn(process.execPath, [path.join(ROOT, 'runtime/bin.js'), 'start'], {
      cwd: folder,
      env: {
        ...process.env,
        DNSTEER_LISTEN: `127.0.0.1:${port}`,
        DNSTEER_ADMIN_LISTEN: 'off',
        DNSTEER_GEO_DETAIL: 'none',
      },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, delay));
    const from = performance.now();
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
    assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal}`);
    assert.ok(performance.now() - from < MOST_MS);
  }
});
