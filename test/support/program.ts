/** A program that answers DNS queries, run in a folder of its own until it is stopped. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { askResolver, type Place } from './validators/ask-resolver.ts';

export interface ProgramOptions {
  readonly program: string;
  /** Given its folder. */
  readonly args: (folder: string) => readonly string[];
  /** File in its folder → text, given that folder. */
  readonly files: (folder: string) => Readonly<Record<string, string>>;
  /** Where it answers. */
  readonly at: Place;
  /** What it prints when it answers; or a question that it then answers somehow. */
  readonly ready: string | Question;
}

interface Question {
  readonly name: string;
  readonly type: string;
}

export interface RunningProgram {
  readonly at: Place;
  /** What it has printed last. */
  output(): string;
  /** Writes a file in its folder. */
  write(file: string, text: string): void;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** A test run that is interrupted leaves none behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a program and waits until it answers. */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const { program, at, ready } = options;
  const folder = mkdtempSync(path.join(tmpdir(), `dnsteer-${program}-`));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const [file, text] of Object.entries(options.files(folder))) write(file, text);
  const child = spawn(program, options.args(folder), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-MOST_PRINTED);
    });
  const running: RunningProgram = {
    at,
    output: () => printed,
    write,
    signal: (name) => void child.kill(name),
    stop: async () => {
      await end(child);
      children.delete(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    if (typeof ready === 'string') await printing(child, () => printed.includes(ready));
    else await answering(child, at, ready);
  } catch (error) {
    await running.stop();
    throw new Error(`${program} does not answer:\n${printed}`, { cause: error });
  }
  return running;
}

const MOST_PRINTED = 1 << 18;
const PATIENCE_MS = 20_000;
/** A socket nobody has opened yet refuses at once; between two tries so long passes. */
const PAUSE_MS = 10;

async function printing(child: ChildProcess, isReady: () => boolean): Promise<void> {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  while (!isReady()) {
    assert.equal(child.exitCode, null, 'it has ended');
    await once(child.stderr ?? assert.fail(), 'data', { signal: limit });
  }
}

async function answering(child: ChildProcess, at: Place, question: Question): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await askResolver(at, { ...question, patienceMs: 1000 });
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > limit) throw error;
      await pause(PAUSE_MS);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(late);
}
