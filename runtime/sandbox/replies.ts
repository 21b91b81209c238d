/**
 * Sends replies to the host. The replies to one batch of requests share a frame, unless the next run could
 * keep them from ever being sent: see `handle` in main.ts.
 *
 * Writes are synchronous and the pipe blocks, so a flushed reply reaches the host even if this process
 * dies.
 */
import { writeSync } from 'node:fs';
import { encodeFrame } from '../rpc/framing.ts';
import type { FromSandbox } from '../rpc/sandbox-protocol.ts';
import { markComputedMs } from './computed.ts';
import { MOST_BATCH, MOST_WAIT_MS } from './limits.ts';

export class Replies {
  readonly #fd: number;
  #waiting: string[] = [];
  #characters = 0;
  /** When work on the first waiting reply began. */
  #since = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Adds one reply as JSON; work on it began at `begun`. */
  add(json: string, begun: number): void {
    if (this.#characters + json.length > MOST_BATCH) this.flush();
    if (this.#waiting.length === 0) this.#since = begun;
    this.#waiting.push(json);
    this.#characters += json.length;
  }

  /** Sends the waiting replies if the first has waited long enough. */
  flushIfDue(now: number): void {
    if (now - this.#since > MOST_WAIT_MS) this.flush();
  }

  /** Sends all waiting replies. */
  flush(): void {
    if (this.#waiting.length > 0) this.#send(false);
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
    const clock: FromSandbox = { t: 'clock', computedMs: markComputedMs(), isOwn };
    const frame = encodeFrame([JSON.stringify(clock), ...this.#waiting]);
    this.#waiting = [];
    this.#characters = 0;
    for (let sent = 0; sent < frame.length; ) sent += writeSync(this.#fd, frame, sent);
  }
}
