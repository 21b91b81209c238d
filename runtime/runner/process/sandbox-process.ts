/**
 * One sandbox process as its host sees it: how messages reach it, how it ended.
 *
 * It starts with nothing but the right to read its own code and to load isolated-vm
 * (program.ts), gives both up before it says `ready`, and has no environment. Under Node 26 it
 * cannot use the network either; Node 24 knows no such permission. The process is the wall, these are the
 * locks on its doors. It tries them itself and says which are open: then it is not used, unless the
 * settings let it.
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
import type { ChildEnding, SandboxChild } from './child.ts';
import { endText } from './complaint.ts';
import { refusalOf } from './doors.ts';
import { FrameWriter } from './frame-writer.ts';
import { SandboxInbox } from './inbox.ts';
import { watchMemory } from './memory-watch.ts';
import { DEFAULT_SANDBOX, type SandboxSettings } from './program.ts';

/** What is called when. */
export interface SandboxEvents {
  onReady(process: SandboxProcess): void;
  /** Returns what is wrong with the reply, if anything: then the process is abandoned. */
  onReply(process: SandboxProcess, reply: SandboxReply): string | undefined;
  /** It uses so many megabytes. */
  onMemory(process: SandboxProcess, usedMb: number): void;
  /** It takes no more requests and sends no more replies. `isForeign`: for no fault of what ran in it. */
  onLost(process: SandboxProcess, why: string, isForeign: boolean): void;
}

export type SandboxReply = Exclude<FromSandbox, { t: 'ready' | 'clock' }>;

/** So long after its last word a process has ended, or never will by itself. */
const EXIT_MS = 20;
/** Octets that Node reads at one go: after so many there may be more. */
const CHUNK = 65_536;
/** The system ends large processes first when it has no memory left. */
const HEAVY_MB = 1024;

export class SandboxProcess {
  readonly #events: SandboxEvents;
  readonly #child: SandboxChild;
  readonly #settings: SandboxSettings;
  readonly #reader = new FrameReader(
    () => (this.manifests > 0 ? MOST_WITH_MANIFEST : MOST_FROM_SANDBOX),
    (json) => this.#read(json),
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
  #usedMb = 0;
  #isRead = true;
  #told: Clock | undefined;
  #doors: OpenDoors = { open: [], lockless: [] };
  /** Why it was not taken on. */
  #refusal: string | undefined;
  /** How many loads it was asked for and has not replied to. */
  loads = 0;
  /** How many of these loads are to come with a manifest. */
  manifests = 0;
  /** How it ended, in words, once it has. */
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

  /** What its self-test found. */
  get doors(): OpenDoors {
    return this.#doors;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Milliseconds it has computed; `undefined` on a system that does not say. */
  get computedMs(): number | undefined {
    return computedMs(this.pid);
  }

  /** Whether it was stopped, as far as the system says. */
  get isStopped(): boolean {
    return isStopped(this.pid);
  }

  /** What the process itself last said of that. */
  get told(): Clock | undefined {
    return this.#told;
  }

  /** Whether all that was in its pipe has been read and dealt with, the last time this process looked. */
  get isRead(): boolean {
    return this.#isRead && this.#inbox.isEmpty;
  }

  /** As {@link FrameWriter.add}. What is sent before it is ready is lost. */
  send(message: string): void {
    this.#writer.add(message);
  }

  /** Ends it at once, whatever it does. `onLost` is called with the reason. */
  abandon(why: string): void {
    this.#lose(why, false);
  }

  /** The same, where no policy is to blame. */
  giveUp(why: string): void {
    this.#lose(why, true);
  }

  /** Ends it at once, because it is not needed any more. */
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
    // What was never started has ended.
    if (pipe === undefined || pipe.destroyed) return;
    this.#stopWatching = watchMemory(this.pid, (usedMb) => this.#noteMemory(usedMb));
    pipe.on('data', (chunk: Buffer) => this.#inbox.receive(chunk));
    // Not the child's exit: that may be known before its last replies have been read.
    pipe.on('close', () => void this.#notePipeClosed());
    // A write to a process that has died; 'close' follows.
    pipe.on('error', () => {});
  }

  /** `onLost` is called before this resolves. */
  async #untilEnd(): Promise<string> {
    const [ending, complaint, pipe] = await Promise.all([
      this.#child.ended,
      this.#child.complaint,
      this.#child.pipe,
    ]);
    // Its last replies may be in the pipe still.
    if (pipe !== undefined && !pipe.closed) await new Promise((resolve) => pipe.once('close', resolve));
    this.#noteEnd(ending);
    return this.#refusal ?? endText(ending.how, complaint);
  }

  async #notePipeClosed(): Promise<void> {
    const late = sleep(EXIT_MS, undefined, { ref: false });
    this.#noteEnd((await Promise.race([this.#child.ended, late])) ?? undefined);
  }

  /**
   * V8 never ends a process by this signal. Another process has sent it, and the policy that ran is not to blame, unless
   * for its size. Nor is it where no process saw how it ended.
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

  #read(json: string): void {
    // Only a trial asks for manifests, and they are as large as they are.
    const frame = this.manifests > 0 ? decodeFrame(json) : decodeReplies(json);
    if (!frame.ok) {
      this.abandon(frame.problem);
      return;
    }
    this.#inbox.add(frame.value);
  }

  #deal(message: unknown): void {
    if (this.#state === 'lost') return;
    const problem = this.#take(message);
    if (problem !== undefined) this.abandon(problem);
  }

  #take(message: unknown): string | undefined {
    if (!isFromSandbox(message)) return 'it sent a message that is not of the protocol';
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
