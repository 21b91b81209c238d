/** The channel on which control sends sockets to an answer process, next to the one for messages. */
import { getSystemErrorName } from 'node:util';
import { DnsteerError } from '../../base/errors.ts';
import { channelPair, DescriptorMail } from '../../transport/sockets/descriptor-mail.ts';
import type { SystemCalls } from '../../transport/udp/system-calls.ts';

export class DescriptorChannel {
  readonly #calls: SystemCalls;
  readonly #mail: DescriptorMail;
  readonly #ours: number;
  /** The end that the process inherits. */
  readonly theirs: number;

  private constructor(calls: SystemCalls, [ours, theirs]: readonly [number, number]) {
    this.#calls = calls;
    this.#mail = new DescriptorMail(calls);
    this.#ours = ours;
    this.theirs = theirs;
  }

  /** @throws {DnsteerError} `START`, if the system makes no channel. */
  static open(calls: SystemCalls): DescriptorChannel {
    const pair = channelPair(calls);
    if (typeof pair !== 'number') return new DescriptorChannel(calls, pair);
    throw new DnsteerError('START', `No channel to an answer process: ${getSystemErrorName(pair)}`);
  }

  /** Called once the process has its end: closes it here. */
  handedOver(): void {
    this.#calls.close(this.theirs);
  }

  /** Sends descriptors; returns whether they are on their way. */
  send(descriptors: readonly number[]): boolean {
    return this.#mail.send(this.#ours, descriptors);
  }

  close(): void {
    this.#calls.close(this.#ours);
  }
}
