/**
 * Sends replies to the host. The replies to one batch of requests are written together, unless the next run could
 * keep them from ever being sent: see `handle` in main.ts.
 *
 * Writes are synchronous and the pipe blocks, so a flushed reply reaches the host even if this process
 * dies.
 */
import { writeSync } from 'node:fs';
import { encodeFrames, messagesText } from '../rpc/framing.ts';
import type { FromSandbox } from '../rpc/sandbox-protocol.ts';
import { TOLD, toldText } from '../rpc/told.ts';
import { markComputedMs } from './computed.ts';
import { MOST_BATCH, MOST_WAIT_MS } from './limits.ts';

export class Replies {
  readonly #fd: number;
  /** Texts of whole frames; of frames of decisions the lines. */
  #frames: (string | { readonly told: string })[] = [];
  /** Messages for the next frame, or the text of one so far: one of the two. */
  #messages: string[] = [];
  #told = '';
  #characters = 0;
  /** When work on the first waiting reply began. */
  #since = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Adds one reply as JSON; work on it began at `begun`. */
  add(json: string, begun: number): void {
    this.#makeRoom(json.length, begun);
    if (this.#told !== '') this.#endFrame();
    this.#messages.push(json);
  }

  /** Adds a line of rpc/told.ts; work on it began at `begun`. */
  addTold(line: string, begun: number): void {
    this.#makeRoom(line.length, begun);
    if (this.#messages.length > 0) this.#endFrame();
    this.#told += this.#told === '' ? line : `\n${line}`;
  }

  #makeRoom(characters: number, begun: number): void {
    if (this.#characters + characters > MOST_BATCH) this.flush();
    if (this.#characters === 0) this.#since = begun;
    this.#characters += characters;
  }

  #endFrame(): void {
    if (this.#told !== '') this.#frames.push({ told: this.#told });
    else if (this.#messages.length > 0) this.#frames.push(messagesText(this.#messages));
    this.#told = '';
    this.#messages = [];
  }

  /** Sends the waiting replies if the first has waited long enough. */
  flushIfDue(now: number): void {
    if (now - this.#since > MOST_WAIT_MS) this.flush();
  }

  /** Sends all waiting replies. */
  flush(): void {
    if (this.#characters > 0) this.#send(false);
  }

  /**
   * Does work of the sandbox itself, after sending all waiting replies; the host learns when it begins and
   * ends.
   */
  apart<T>(work: () => T): T {
    this.#send(true);
    const result = work();
    this.#send(false);
    return result;
  }

  #send(isOwn: boolean): void {
    const computedMs = markComputedMs();
    this.#endFrame();
    const frames = this.#frames.map((frame) =>
      typeof frame === 'string' ? frame : toldText(computedMs, frame.told),
    );
    if (isOwn || !frames[0]?.startsWith(TOLD)) {
      const clock: FromSandbox = { t: 'clock', computedMs, isOwn };
      frames.unshift(messagesText([JSON.stringify(clock)]));
    }
    const octets = encodeFrames(frames);
    this.#frames = [];
    this.#characters = 0;
    for (let sent = 0; sent < octets.length; ) sent += writeSync(this.#fd, octets, sent);
  }
}
