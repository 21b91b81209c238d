/**
 * The line from an answer process to control. What cannot be said because control is gone is not said; nor is any news
 * while control reads nothing, as when it is stopped: a flood of news would take all memory.
 */
import process from 'node:process';
import type { FromAnswer } from '../rpc/control-protocol.ts';

/** Messages to control that may be on their way. */
const MOST_UNTAKEN = 1000;
/** What control can do without: each of these stands for many, or is one of many. */
const NEWS: ReadonlySet<FromAnswer['t']> = new Set([
  'query',
  'fallback',
  'contradiction',
  'limited',
  'stall',
]);

export class ControlLine {
  readonly #channel: Pick<NodeJS.Process, 'connected' | 'send'>;
  /** Messages that are not with control yet. */
  #untaken = 0;

  /** The channel is that of this process, where none is given. */
  constructor(channel: Pick<NodeJS.Process, 'connected' | 'send'> = process) {
    this.#channel = channel;
  }

  readonly tell = (message: FromAnswer): void => {
    if (!this.#channel.connected || (this.#untaken >= MOST_UNTAKEN && NEWS.has(message.t))) return;
    this.#untaken += 1;
    this.#channel.send?.(message, undefined, {}, () => {
      this.#untaken -= 1;
    });
  };

  /** Tells control why this process cannot go on; `done` is called once that is said, or cannot be. */
  tellLast(message: string, done: () => void): void {
    this.#channel.send?.({ t: 'fatal', message } satisfies FromAnswer, done);
  }
}
