/**
 * Has sandboxes started by a process of its own (processes/launcher-process.ts says why). If that process ends,
 * those it has started go on, and another takes its place: after a moment, or when it is needed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { FromLauncher, ToLauncher } from '../../rpc/launcher-protocol.ts';
import { type ChildEnding, notStarted, type SandboxChild } from './child.ts';
import type { SandboxAccount } from './program.ts';

const ENTRY = fileURLToPath(
  new URL(`../../processes/launcher-process${path.extname(import.meta.url)}`, import.meta.url),
);
/** Megabytes: it keeps nothing but a few messages. */
const OWN_HEAP_MB = 32;
const GONE = 'its launcher has ended';
/** It may not be able to start at all. */
const PAUSE_MS = 1000;
/** One that has not started a process by then never will. */
const PATIENCE_MS = 5000;

export class Launcher {
  readonly #account: SandboxAccount | undefined;
  readonly #patienceMs: number;
  readonly #children = new Map<number, LaunchedChild>();
  #process: ChildProcess | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isStopped = false;
  #nextId = 1;

  /** `account`: whom it and all it starts are to be, if not who this process is. */
  constructor(account?: SandboxAccount, patienceMs = PATIENCE_MS) {
    this.#account = account;
    this.#patienceMs = patienceMs;
    this.#process = this.#open();
  }

  /** Starts a program. */
  start(command: ToLauncher['command'], priority: number): SandboxChild {
    this.#process ??= this.#open();
    const launcher = this.#process;
    const id = this.#nextId;
    this.#nextId += 1;
    const child = new LaunchedChild();
    this.#children.set(id, child);
    const message: ToLauncher = { t: 'start', id, command, priority };
    // If the launcher has ended, all of its children are told.
    launcher.send(message, () => {});
    const late = setTimeout(() => launcher.kill('SIGKILL'), this.#patienceMs).unref();
    void child.pipe.then(() => clearTimeout(late));
    return child;
  }

  /** What it has started goes on. */
  stop(): void {
    clearTimeout(this.#pause);
    this.#isStopped = true;
    if (this.#process?.connected) this.#process.disconnect();
  }

  #open(): ChildProcess {
    const launcher = fork(ENTRY, {
      env: {},
      execArgv: [`--max-old-space-size=${OWN_HEAP_MB}`],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      ...this.#account,
    });
    launcher.on('message', (message, handle) =>
      this.#take(message as FromLauncher, handle as Socket | undefined),
    );
    launcher.once('error', () => this.#lose(launcher));
    launcher.once('exit', () => this.#lose(launcher));
    // It is there for sandboxes; what needs those keeps this process running.
    launcher.unref();
    launcher.channel?.unref();
    return launcher;
  }

  #take(message: FromLauncher, handle: Socket | undefined): void {
    const child = this.#children.get(message.id);
    switch (message.t) {
      case 'started':
        child?.noteStarted(message.pid, handle);
        break;
      case 'failed':
        child?.noteEnded({ how: message.message, signal: undefined });
        child?.noteComplaint('');
        this.#children.delete(message.id);
        break;
      case 'ended':
        child?.noteEnded({ how: message.how, signal: message.signal });
        break;
      case 'complained':
        child?.noteComplaint(message.complaint);
        this.#children.delete(message.id);
        break;
      default:
        message satisfies never;
    }
  }

  #lose(launcher: ChildProcess): void {
    if (this.#process !== launcher) return;
    this.#process = undefined;
    for (const child of this.#children.values()) child.noteLost(GONE);
    this.#children.clear();
    if (this.#isStopped) return;
    this.#pause = setTimeout(() => {
      this.#process ??= this.#open();
    }, PAUSE_MS).unref();
  }
}

/** A child of the launcher. */
class LaunchedChild implements SandboxChild {
  readonly #pipe = Promise.withResolvers<Socket | undefined>();
  readonly #ended = Promise.withResolvers<ChildEnding>();
  readonly #complaint = Promise.withResolvers<string>();
  readonly pipe = this.#pipe.promise;
  readonly ended = this.#ended.promise;
  readonly complaint = this.#complaint.promise;
  pid = 0;
  #hasEnded = false;
  #isUnwanted = false;
  #socket: Socket | undefined;

  kill(): void {
    this.#isUnwanted = true;
    if (this.pid === 0 || this.#hasEnded) return;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It has ended just now.
    }
  }

  noteStarted(pid: number, socket: Socket | undefined): void {
    this.pid = pid;
    this.#socket = socket;
    this.#pipe.resolve(socket);
    // Nobody can speak with it if its pipe was lost on the way.
    if (this.#isUnwanted || socket === undefined) this.kill();
  }

  noteEnded(ending: ChildEnding): void {
    this.#hasEnded = true;
    // Node gives up a handle that does not arrive, and with it what was to be said of the start.
    this.#pipe.resolve(undefined);
    this.#ended.resolve(ending);
  }

  noteComplaint(complaint: string): void {
    this.#complaint.resolve(complaint);
  }

  /** How it ends will not be known; when it does, its pipe says. */
  noteLost(why: string): void {
    this.#complaint.resolve('');
    if (this.#socket === undefined || this.#socket.destroyed) this.noteEnded(notStarted(why));
    else
      this.#socket.once('close', () =>
        this.noteEnded({ how: `unknown: ${why}`, signal: undefined, unseen: true }),
      );
    this.#pipe.resolve(this.#socket);
  }
}
