/**
 * One sandbox process as its host sees it: messages to and from it, and how it ended.
 *
 * It starts with nothing but the right to read its own code and to load isolated-vm (program.ts), gives
 * both up before it says `ready`, and has no environment. Under Node 26 it cannot use the network either;
 * Node 24 knows no such permission. The process is the wall, these are the locks on its doors. The sandbox
 * tries the doors itself and says which are open. The host does not use a sandbox with an open door, unless
 * the settings allow it.
 */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { computedMs, isStopped } from '../../base/process/process-usage.ts';
import {
  decodeFrame,
  decodeReplies,
  FrameReader,
  MOST_FROM_SANDBOX,
  MOST_WITH_MANIFEST,
} from '../../rpc/framing.ts';
import type { Clock, FromSandbox, OpenDoors, Ready } from '../../rpc/sandbox-protocol.ts';
import { isFromSandbox } from '../../rpc/sandbox-reply.ts';
import { readTold, TOLD, type Told, ToldDecisions } from '../../rpc/told.ts';
import type { ChildEnding, SandboxChild } from './child.ts';
import { endText } from './complaint.ts';
import { refusalOf } from './doors.ts';
import { FrameWriter, type RunToSend } from './frame-writer.ts';
import { SandboxInbox } from './inbox.ts';
import { watchMemory } from './memory-watch.ts';
import { DEFAULT_SANDBOX, type SandboxSettings } from './program.ts';

/** Callbacks of a sandbox process. */
export interface SandboxEvents {
  onReady(process: SandboxProcess): void;
  /** The process replied. Returns what is wrong with the reply, if anything: that abandons the process. */
  onReply(process: SandboxProcess, reply: SandboxReply): string | undefined;
  /** The process uses so many megabytes. */
  onMemory(process: SandboxProcess, usedMb: number): void;
  /** The process takes no more requests, and sends no replies. `isForeign`: no policy in it is to blame. */
  onLost(process: SandboxProcess, why: string, isForeign: boolean): void;
}

export type SandboxReply = Exclude<FromSandbox, { t: 'ready' | 'clock' }> | Told;

const FOREIGN = 'it sent a message that is not of the protocol';
/** A process has ended so long after its pipe closed, or never will by itself. */
const EXIT_MS = 20;
/** Octets that Node reads in one go: after so many there may be more. */
const CHUNK = 65_536;
/** The system ends large processes first when it has no memory left. */
const HEAVY_MB = 1024;

export class SandboxProcess {
  readonly #events: SandboxEvents;
  readonly #child: SandboxChild;
  readonly #settings: SandboxSettings;
  readonly #reader = new FrameReader(
    () => (this.manifests > 0 ? MOST_WITH_MANIFEST : MOST_FROM_SANDBOX),
    (text) => this.#read(text),
  );
  readonly #inbox = new SandboxInbox({
    read: (chunk) => this.#push(chunk),
    take: (message) => this.#deal(message),
    pause: () => this.#pipe?.pause(),
    resume: () => this.#pipe?.resume(),
  });
  #pipe: Socket | undefined;
  #stopWatching = (): void => {};
  #state: 'starting' | 'ready' | 'lost' = 'starting';
  readonly #writer = new FrameWriter((frame) => {
    if (this.#state === 'ready') this.#pipe?.write(frame);
  });
  readonly #decisions = new ToldDecisions();
  #usedMb = 0;
  #isRead = true;
  #told: Clock | undefined;
  #doors: OpenDoors = { open: [], lockless: [] };
  /** Why the host does not use the process. */
  #refusal: string | undefined;
  /** How many loads the process was sent and has not replied to. */
  loads = 0;
  /** How many of these loads are to come with a manifest. */
  manifests = 0;
  /** Resolves once the process has ended, with how it did in words. */
  readonly exited: Promise<string>;

  constructor(events: SandboxEvents, child: SandboxChild, settings = DEFAULT_SANDBOX) {
    this.#events = events;
    this.#settings = settings;
    this.#child = child;
    void child.pipe.then((pipe) => this.#attach(pipe));
    this.exited = this.#untilEnd();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What the process's self-test found. */
  get doors(): OpenDoors {
    return this.#doors;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Milliseconds that the process has computed; `undefined` on a system that does not say. */
  get computedMs(): number | undefined {
    return computedMs(this.pid);
  }

  /** Whether somebody has stopped the process, as far as the system says. */
  get isStopped(): boolean {
    return isStopped(this.pid);
  }

  /** What the process itself last said of its computing time. */
  get told(): Clock | undefined {
    return this.#told;
  }

  /** Whether all that was in the pipe has been read and handled, as of the last time this process read it. */
  get isRead(): boolean {
    return this.#isRead && this.#inbox.isEmpty;
  }

  /** As {@link FrameWriter.add}. Messages sent before the process is ready are lost. */
  send(message: string): void {
    this.#writer.add(message);
  }

  /** As {@link FrameWriter.addRun}. */
  sendRun(run: RunToSend): void {
    this.#writer.addRun(run);
  }

  /** Ends the process at once, whatever it does. `onLost` is called with the reason. */
  abandon(why: string): void {
    this.#lose(why, false);
  }

  /** Ends the process as `abandon` does, where no policy is to blame. */
  giveUp(why: string): void {
    this.#lose(why, true);
  }

  /** Ends the process at once, because nobody needs it any more. */
  kill(): void {
    this.#state = 'lost';
    this.#stopWatching();
    this.#child.kill();
  }

  #lose(why: string, isForeign: boolean): void {
    if (this.#state === 'lost') return;
    this.kill();
    this.#events.onLost(this, why, isForeign);
  }

  #attach(pipe: Socket | undefined): void {
    this.#pipe = pipe;
    if (this.#state === 'lost') pipe?.destroy();
    // A process that was never started has ended.
    if (pipe === undefined || pipe.destroyed) return;
    this.#stopWatching = watchMemory(this.pid, (usedMb) => this.#noteMemory(usedMb));
    pipe.on('data', (chunk: Buffer) => this.#inbox.receive(chunk));
    // Not the child's exit: this process may know of that before it has read the last replies.
    pipe.on('close', () => void this.#notePipeClosed());
    // A write to a process that has died fails; 'close' follows.
    pipe.on('error', () => {});
  }

  /** `onLost` is called before this resolves. */
  async #untilEnd(): Promise<string> {
    const [ending, complaint, pipe] = await Promise.all([
      this.#child.ended,
      this.#child.complaint,
      this.#child.pipe,
    ]);
    // The last replies may still be in the pipe.
    if (pipe !== undefined && !pipe.closed) await new Promise((resolve) => pipe.once('close', resolve));
    this.#noteEnd(ending);
    return this.#refusal ?? endText(ending.how, complaint);
  }

  async #notePipeClosed(): Promise<void> {
    const late = sleep(EXIT_MS, undefined, { ref: false });
    this.#noteEnd((await Promise.race([this.#child.ended, late])) ?? undefined);
  }

  /**
   * V8 never ends a process by SIGKILL: another process has sent that signal, and the policy that ran is to
   * blame only if the sandbox was large. The same holds where no process saw how the sandbox ended.
   */
  #noteEnd(ending: ChildEnding | undefined): void {
    this.#inbox.finish();
    const isNobodys = ending?.signal === 'SIGKILL' || ending?.unseen === true;
    const isForeign = isNobodys && this.#usedMb < HEAVY_MB;
    this.#lose(isForeign ? 'it was killed by another process' : 'it ended', isForeign);
  }

  #noteMemory(usedMb: number): void {
    const { memory } = this.#settings;
    this.#usedMb = usedMb;
    if (usedMb <= memory) this.#events.onMemory(this, usedMb);
    else this.abandon(`it used ${usedMb} MB of memory, and sandbox.memory allows ${memory}`);
  }

  #push(chunk: Buffer): void {
    if (this.#state === 'lost') return;
    this.#isRead = chunk.length < CHUNK;
    const problem = this.#reader.push(chunk);
    if (problem !== undefined) this.abandon(problem);
  }

  #read(text: string): void {
    if (text.startsWith(TOLD)) {
      const told = readTold(text);
      if (told === undefined) this.abandon(FOREIGN);
      else this.#inbox.add(told);
      return;
    }
    // Only a trial asks for manifests, and a manifest may be larger than other replies.
    const frame = this.manifests > 0 ? decodeFrame(text) : decodeReplies(text);
    if (!frame.ok) {
      this.abandon(frame.problem);
      return;
    }
    this.#inbox.add(frame.value);
  }

  #deal(message: unknown): void {
    if (this.#state === 'lost') return;
    const problem = typeof message === 'string' ? this.#takeTold(message) : this.#take(message);
    if (problem !== undefined) this.abandon(problem);
  }

  /** A line of rpc/told.ts, or JSON that is a text. */
  #takeTold(line: string): string | undefined {
    const reply = this.#decisions.read(line);
    if (reply === undefined) return FOREIGN;
    return this.#state === 'ready' ? this.#events.onReply(this, reply) : 'it replied before it was ready';
  }

  #take(message: unknown): string | undefined {
    if (!isFromSandbox(message)) return FOREIGN;
    if (message.t === 'clock') {
      this.#told = message;
      return undefined;
    }
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
}
