/**
 * One sandbox process as its host sees it: how it is started, how messages reach it, how it ended.
 *
 * It starts with nothing but the right to read its own code and to load isolated-vm, gives both up
 * before it says `ready`, and has no environment. Under Node 26 it cannot use the network either;
 * Node 24 knows no such permission. The process is the wall, these are the locks on its doors. It tries
 * them itself and says which are open: then it is not used, unless the settings let it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DnsteerError } from '../base/errors.ts';
import type { AnswerSettings } from '../rpc/control-protocol.ts';
import { decodeFrame, encodeFrame, FrameReader, MOST_FROM_SANDBOX } from '../rpc/framing.ts';
import type { FromSandbox, OpenDoors, Ready } from '../rpc/sandbox-protocol.ts';
import { isFromSandbox } from '../rpc/sandbox-reply.ts';
import { watchMemory } from './memory-watch.ts';
import { computedMs } from './process-usage.ts';
import { limited } from './resource-limits.ts';
import { refusalOf } from './sandbox-doors.ts';

/** Whom it tells what. */
export interface SandboxEvents {
  onReady(process: SandboxProcess): void;
  /** Returns what is wrong with the reply, if anything: then the process is abandoned. */
  onReply(process: SandboxProcess, reply: Reply): string | undefined;
  /** It takes no more requests and sends no more replies. `isForeign`: for no fault of what ran in it. */
  onLost(process: SandboxProcess, why: string, isForeign: boolean): void;
}

/** A user and a group by number. */
export interface SandboxAccount {
  readonly uid: number;
  readonly gid: number;
}

export type SandboxSettings = AnswerSettings['sandbox'];

export const DEFAULT_SANDBOX: SandboxSettings = { jitless: false, allowOpenDoors: false, memory: 4096 };

export type Reply = Exclude<FromSandbox, { t: 'ready' }>;

const RUNTIME = fileURLToPath(new URL('../', import.meta.url));
const MAIN = path.join(RUNTIME, `sandbox/main${path.extname(import.meta.url)}`);
/** Megabytes for its own code and the messages in transit; isolates have their own limits. */
const OWN_HEAP_MB = 64;
/** Characters of messages that share a frame; scripts of many policies do not. */
const MOST_BATCH = 262_144;
/** Characters kept of what V8 writes when it dies. */
const MOST_STDERR = 4_096;
const MOST_REASON = 300;
/** So long after its last word a process has ended, or never will by itself. */
const EXIT_MS = 20;
/** The system ends large processes first when it has no memory left. */
const HEAVY_MB = 1024;
const JITLESS_NEEDS_BUILD =
  'Setting "sandbox.jitless" needs the built package: Node reads TypeScript with WebAssembly, which jitless turns off. Run "npm run build" and start dist/bin.js, or set it to false';

export class SandboxProcess {
  readonly #events: SandboxEvents;
  readonly #child: ChildProcess;
  /** `undefined` if the process could not be started at all. */
  readonly #pipe: Socket | undefined;
  readonly #settings: SandboxSettings;
  readonly #stopWatching: () => void;
  readonly #reader = new FrameReader(MOST_FROM_SANDBOX, (json) => this.#read(json));
  #state: 'starting' | 'ready' | 'lost' = 'starting';
  #outbox: string[] = [];
  #outboxCharacters = 0;
  #stderr = '';
  #usedMb = 0;
  #doors: OpenDoors = { open: [], lockless: [] };
  /** Why it was not taken on. */
  #refusal: string | undefined;
  /** How it ended, in words, once it has. */
  readonly exited: Promise<string>;

  constructor(events: SandboxEvents, spawnChild: () => ChildProcess, settings = DEFAULT_SANDBOX) {
    this.#events = events;
    this.#settings = settings;
    this.#child = spawnChild();
    this.#stopWatching = watchMemory(this.pid, (usedMb) => this.#noteMemory(usedMb));
    this.#pipe = this.#child.stdio?.[3] as Socket | undefined;
    this.#pipe?.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Not the child's exit: that may be told before its last replies have been read.
    this.#pipe?.on('close', () => void this.#noteEnd());
    // A write to a process that has died; 'close' follows.
    this.#pipe?.on('error', () => {});
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-MOST_STDERR);
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#child.once('close', (code, signal) => {
        // Why it was lost is told before that it is gone.
        void this.#noteEnd().then(() => resolve(this.#describe(signal ?? `exit code ${code}`)));
      });
    });
    // A process that was never started has no pipe that closes.
    if (this.#pipe === undefined) void this.exited.then((how) => this.abandon(how));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What its self-test found. */
  get doors(): OpenDoors {
    return this.#doors;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Milliseconds it has computed; `undefined` where the system does not tell. */
  get computedMs(): number | undefined {
    return computedMs(this.pid);
  }

  /** Sends a message (as JSON), in one frame with all others of this turn of the event loop. */
  send(message: string): void {
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push(message);
    this.#outboxCharacters += message.length;
    if (this.#outboxCharacters > MOST_BATCH) this.#flush();
  }

  /** Ends it at once, whatever it does, for a reason that is told to `onLost`. */
  abandon(why: string): void {
    this.#lose(why, false);
  }

  /** Ends it at once, because it is not needed any more. */
  kill(): void {
    this.#state = 'lost';
    this.#stopWatching();
    this.#child.kill('SIGKILL');
  }

  #lose(why: string, isForeign: boolean): void {
    if (this.#state === 'lost') return;
    this.kill();
    this.#events.onLost(this, why, isForeign);
  }

  /** V8 never ends a process by this signal: whoever sent it, the policy that ran is not to blame, unless for its size. */
  async #noteEnd(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      await Promise.race([once(this.#child, 'exit'), sleep(EXIT_MS, undefined, { ref: false })]);
    }
    const isForeign = this.#child.signalCode === 'SIGKILL' && this.#usedMb < HEAVY_MB;
    this.#lose(isForeign ? 'it was killed by another process' : 'it ended', isForeign);
  }

  #noteMemory(usedMb: number): void {
    const { memory } = this.#settings;
    this.#usedMb = usedMb;
    if (usedMb > memory) this.abandon(`it used ${usedMb} MB of memory, and sandbox.memory allows ${memory}`);
  }

  #flush(): void {
    const messages = this.#outbox;
    this.#outbox = [];
    this.#outboxCharacters = 0;
    if (messages.length > 0 && this.#state === 'ready') this.#pipe?.write(encodeFrame(messages));
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'lost') return;
    const problem = this.#reader.push(chunk);
    if (problem !== undefined) this.abandon(problem);
  }

  #read(json: string): void {
    const frame = decodeFrame(json);
    if (!frame.ok) {
      this.abandon(frame.problem);
      return;
    }
    for (const message of frame.value) {
      if (this.#state === 'lost') return;
      const problem = this.#take(message);
      if (problem !== undefined) this.abandon(problem);
    }
  }

  #take(message: unknown): string | undefined {
    if (!isFromSandbox(message)) return 'it sent a message that is not of the protocol';
    if (message.t !== 'ready') {
      return this.#state === 'ready' ? this.#events.onReply(this, message) : 'it replied before it was ready';
    }
    return this.#state === 'ready' ? 'it said twice that it is ready' : this.#welcome(message);
  }

  #welcome(ready: Ready): string | undefined {
    this.#doors = ready;
    if (ready.open.length > 0 && !this.#settings.allowOpenDoors) {
      this.#refusal = refusalOf(ready.open);
      return this.#refusal;
    }
    this.#state = 'ready';
    this.#events.onReady(this);
    return undefined;
  }

  #describe(how: string): string {
    if (this.#refusal !== undefined) return this.#refusal;
    const reason = reasonIn(this.#stderr);
    return reason === undefined ? how : `${how}: ${reason}`;
  }
}

/**
 * Starts a program as sandboxes are started: with a pipe at fd 3, next to no rights, and within limits
 * that the kernel keeps; as another user if told.
 * @throws {DnsteerError} `START`, if the settings ask for what this installation cannot do.
 */
export function spawnSandbox(
  program: string = MAIN,
  account?: SandboxAccount,
  { jitless }: SandboxSettings = DEFAULT_SANDBOX,
): ChildProcess {
  if (jitless && program.endsWith('.ts')) throw new DnsteerError('START', JITLESS_NEEDS_BUILD);
  const own = [RUNTIME, path.join(RUNTIME, '../package.json'), path.dirname(program)];
  const readable = [...new Set([...own, ...nativeFolders()])];
  const flags = [
    '--no-node-snapshot',
    '--permission',
    '--allow-addons',
    ...readable.map((file) => `--allow-fs-read=${file}`),
    `--max-old-space-size=${OWN_HEAP_MB}`,
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    ...(jitless ? ['--jitless'] : []),
  ];
  const [command, ...args] = limited([process.execPath, ...flags, program]);
  return spawn(command, args, {
    // node-gyp-build looks for this file itself unless it is told, and may not read it.
    env: { LIBC: existsSync('/etc/alpine-release') ? 'musl' : 'glibc' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    ...account,
  });
}

/** isolated-vm and what it loads: with npm they are neighbours, with other installers links lead to them. */
function nativeFolders(): string[] {
  const isolatedVm = createRequire(import.meta.url).resolve('isolated-vm/package.json');
  const nodeGypBuild = createRequire(isolatedVm).resolve('node-gyp-build/package.json');
  return [isolatedVm, nodeGypBuild].map((file) => path.join(path.dirname(file), '..', path.sep));
}

/** The line that says it best: V8's complaint stands above pages of native stack. */
function reasonIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.replace(/^#?\s*/, '').trimEnd());
  const line = lines.find((text) => /fatal|error/i.test(text)) ?? lines.findLast((text) => text !== '');
  return line?.slice(0, MOST_REASON);
}
