/**
 * Sends messages from an answer process to control. Once control is gone, messages are dropped. News is also
 * dropped while control reads nothing, as when it is stopped: a flood of news would take all memory.
 */
import process from 'node:process';
import type { FromAnswer } from '../rpc/control-protocol.ts';

/** Messages that control may have left unread before news is dropped. */
const MOST_UNTAKEN = 1000;
/** News that control can do without: each message stands for many events, or is one of many. */
const NEWS: ReadonlySet<FromAnswer['t']> = new Set([
  'query',
  'fallback',
  'contradiction',
  'limited',
  'stall',
]);

export class ControlLine {
  readonly #channel: Pick<NodeJS.Process, 'connected' | 'send'>;
  /** Messages that control has not taken yet. */
  #untaken = 0;

  /** Uses the channel of this process, where none is given. */
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

  /**
   * Tells control why this process cannot go on; calls `done` once the message is sent, or cannot be sent.
   */
  tellLast(message: string, done: () => void): void {
    this.#channel.send?.({ t: 'fatal', message } satisfies FromAnswer, done);
  }
}
