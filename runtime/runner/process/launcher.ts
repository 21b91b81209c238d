/**
 * Has sandboxes started by a process for that purpose, the launcher (processes/launcher-process.ts says
 * why). If the launcher ends, the sandboxes it has started go on, and another launcher takes its place:
 * after a moment, or when one is needed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ChildEnding, notStarted, type SandboxChild } from './child.ts';
import type { FromLauncher, ToLauncher } from './launcher-protocol.ts';
import type { SandboxAccount } from './program.ts';

const ENTRY = fileURLToPath(
  new URL(`../../processes/launcher-process${path.extname(import.meta.url)}`, import.meta.url),
);
/** Megabytes of the launcher's heap, which holds nothing but a few messages. */
const OWN_HEAP_MB = 32;
const GONE = 'its launcher has ended';
/** The pause before the next launcher starts, as the launcher may not be able to start at all. */
const PAUSE_MS = 1000;
/** A launcher that has not started a process by then never will. */
const PATIENCE_MS = 5000;

export class Launcher {
  readonly #account: SandboxAccount | undefined;
  readonly #patienceMs: number;
  readonly #children = new Map<number, LaunchedChild>();
  #process: ChildProcess | undefined;
  #pause: NodeJS.Timeout | undefined;
  #isStopped = false;
  #nextId = 1;

  /** `account`: the user and group of the launcher and all it starts; default: those of this process. */
  constructor(account?: SandboxAccount, patienceMs = PATIENCE_MS) {
    this.#account = account;
    this.#patienceMs = patienceMs;
    this.#process = this.#open();
  }

  /** Has the launcher start a program. */
  start(command: ToLauncher['command'], priority: number): SandboxChild {
    this.#process ??= this.#open();
    const launcher = this.#process;
    const id = this.#nextId;
    this.#nextId += 1;
    const child = new LaunchedChild();
    this.#children.set(id, child);
    const message: ToLauncher = { t: 'start', id, command, priority };
    // If the launcher has ended, #lose says so to all of its children.
    launcher.send(message, () => {});
    const late = setTimeout(() => launcher.kill('SIGKILL'), this.#patienceMs).unref();
    void child.pipe.then(() => clearTimeout(late));
    return child;
  }

  /** Ends the launcher. The processes it has started go on. */
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
    // The launcher keeps this process from ending no longer than the users of its sandboxes do.
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
      // The process has ended just now.
    }
  }

  noteStarted(pid: number, socket: Socket | undefined): void {
    this.pid = pid;
    this.#socket = socket;
    this.#pipe.resolve(socket);
    // Nobody can speak with a process whose pipe was lost on the way.
    if (this.#isUnwanted || socket === undefined) this.kill();
  }

  noteEnded(ending: ChildEnding): void {
    this.#hasEnded = true;
    // Node gives up a handle that does not arrive, and with it the message that the process has started.
    this.#pipe.resolve(undefined);
    this.#ended.resolve(ending);
  }

  noteComplaint(complaint: string): void {
    this.#complaint.resolve(complaint);
  }

  /** Notes that the launcher is gone: the pipe will say when the process ends, and nobody how. */
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
