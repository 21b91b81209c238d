/** A real dnsteer server, all processes of it, over policies in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Status } from '../../runtime/admin/status.ts';
import { BIN } from './bin.ts';
import { freePort } from './ports.ts';

/** So long, and nobody believes that it will ever print it. */
const PATIENCE_MS = 20_000;

const FAULTY_DISK = path.resolve(import.meta.dirname, 'faulty-disk.ts');
const STAND_INS = path.resolve(import.meta.dirname, '../stand-ins/preload.ts');

/** Where answers are looked at and not how soon they come: a busy machine is no reason to fall back. */
export const UNHURRIED = {
  DNSTEER_POLICY_BUDGET: '100',
  DNSTEER_POLICY_DEADLINE: '2000',
  DNSTEER_POLICY_MAX_DEADLINE: '2000',
};

export interface TestServer {
  readonly port: number;
  readonly adminUrl: string;
  /** Its working directory: `dnsteer.yaml`, `policies/`. */
  readonly folder: string;
  readonly process: ChildProcess;
  /** All it has printed. */
  output(): string;
  /** Resolves when it has printed what matches, after so many characters of {@link output}. */
  printed(pattern: RegExp, from?: number): Promise<RegExpMatchArray>;
  /** What `/api/status` says. */
  status(): Promise<Status>;
  write(file: string, text: string): void;
  /** Renames a file into place: it is believed at once, where one that has become shorter is not for a second. */
  replace(file: string, text: string): void;
  remove(file: string): void;
  /** SIGTERM, and what came of it. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ServerOptions {
  /** File under `policies/` → text. */
  readonly policies?: Readonly<Record<string, string>>;
  /** A folder to copy to `policies/`. */
  readonly from?: string;
  /** A working directory that is there already, and stays. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly processes?: number;
  /** Of `dnsteer start`. */
  readonly args?: readonly string[];
  readonly config?: string;
  /** Where it is to answer, if that has to be known before it does. */
  readonly port?: number;
  /** For what it prints when it starts, and else. */
  readonly patienceMs?: number;
  /** What the server is to know of places; the less, the sooner it has started. Default: nothing. */
  readonly geo?: 'city' | 'country' | 'none';
  /** Files each of its processes may open (ulimit -n). */
  readonly descriptors?: number;
  /** Whether its sandboxes and its compiler are to do real harm when they are asked to: ../stand-ins. */
  readonly standIns?: boolean;
  /** A file that says how its disk fails: faulty-disk.ts. */
  readonly faults?: string;
}

/** Starts a server and waits until it answers for all its zones. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  const policies = path.join(folder, 'policies');
  mkdirSync(policies, { recursive: true });
  if (options.from !== undefined) cpSync(options.from, policies, { recursive: true });
  for (const [file, text] of Object.entries(options.policies ?? {})) writeInto(policies, file, text);
  if (options.config !== undefined) writeInto(folder, 'dnsteer.yaml', options.config);

  const [port, adminPort] = [options.port ?? (await freePort()), await freePort()];
  const before = [
    ...(options.standIns ? [`--import=${STAND_INS}`] : []),
    ...(options.faults === undefined ? [] : [`--import=${FAULTY_DISK}`]),
  ];
  const args = [...before, BIN, 'start', ...(options.args ?? [])];
  const limited = ['-c', `ulimit -n ${options.descriptors} && exec "$0" "$@"`, process.execPath, ...args];
  const child = spawn(
    ...(options.descriptors === undefined ? ([process.execPath, args] as const) : (['sh', limited] as const)),
    {
      cwd: folder,
      env: {
        ...process.env,
        DNSTEER_LISTEN: `127.0.0.1:${port}`,
        DNSTEER_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
        DNSTEER_PROCESSES: String(options.processes ?? 1),
        DNSTEER_GEO_DETAIL: options.geo ?? 'none',
        ...(options.faults !== undefined && { DNSTEER_TEST_FAULT: options.faults }),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // A test run that is interrupted leaves nothing behind.
  process.once('exit', () => child.kill('SIGTERM'));
  const printer = new Printer(child, options.patienceMs);
  const server: TestServer = {
    port,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    folder,
    process: child,
    output: () => printer.text,
    printed: (pattern, from) => printer.match(pattern, from),
    status: async () => (await (await fetch(`http://127.0.0.1:${adminPort}/api/status`)).json()) as Status,
    write: (file, text) => writeInto(policies, file, text),
    replace: (file, text) => {
      writeInto(folder, '.replacement', text);
      renameSync(path.join(folder, '.replacement'), path.join(policies, file));
    },
    remove: (file) => rmSync(path.join(policies, file)),
    stop: () => stop(child, options.folder === undefined ? folder : undefined),
  };
  try {
    await server.printed(/dig @\d/);
  } catch (error) {
    // It would keep the process of the test alive.
    await server.stop();
    throw error;
  }
  return server;
}

function writeInto(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

async function stop(
  child: ChildProcess,
  folder: string | undefined,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  return { code: child.exitCode, signal: child.signalCode };
}

/** Collects what a process prints, and wakes those who wait for something in it. */
class Printer {
  text = '';
  readonly #waiting = new Set<() => void>();
  #ended = false;

  readonly #patienceMs: number;

  constructor(child: ChildProcess, patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.text += text;
        this.#wake();
      });
    }
    child.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  match(pattern: RegExp, from = 0): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = this.text.slice(from).match(pattern);
        if (match !== null) resolve(match);
        else if (this.#ended) reject(new Error(`dnsteer ended without printing ${pattern}:\n${this.text}`));
        else return;
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`dnsteer does not print ${pattern}:\n${this.text.slice(from)}`));
      }, this.#patienceMs);
      this.#waiting.add(look);
      look();
    });
  }

  #wake(): void {
    // A look that succeeds leaves the set.
    for (const look of Array.from(this.#waiting)) look();
  }
}
