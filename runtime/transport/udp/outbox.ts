/**
 * Replies on their way to the kernel, sent many at a time with sendmmsg(2). While the kernel has no room,
 * replies stay here; those that do not fit are dropped.
 */
import { constants } from 'node:os';
import type { BoundSocket } from './bound-socket.ts';
import { Replies } from './replies.ts';
import type { SystemCalls } from './system-calls.ts';
import type { UdpCounters } from './udp.ts';

const { EAGAIN, EINTR, EINVAL, EIO, EMSGSIZE, ENOBUFS, ENOMEM } = constants.errno;

/**
 * How often in a row one message may find no room: a socket can be writable while the way to one network is
 * full.
 */
const MOST_ATTEMPTS = 8;

export class Outbox {
  readonly #calls: Pick<SystemCalls, 'send'>;
  readonly #descriptor: number;
  readonly #counters: UdpCounters;
  readonly #replies: Replies;
  /** How many messages are sent or given up. */
  #sent = 0;
  #attempts = 0;
  #isBlocked = false;

  constructor(
    calls: Pick<SystemCalls, 'addressOf' | 'send'>,
    { descriptor, family, canSegment }: Pick<BoundSocket, 'descriptor' | 'family' | 'canSegment'>,
    counters: UdpCounters,
    size: number,
  ) {
    this.#calls = calls;
    this.#descriptor = descriptor;
    this.#counters = counters;
    this.#replies = new Replies(calls, family, size, canSegment);
  }

  get isEmpty(): boolean {
    return this.#replies.count === 0;
  }

  /** Whether replies wait for the socket to be writable. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Takes the octets of a reply, and the envelope of its query. */
  put(payload: Uint8Array, words: Uint32Array, envelope: number): void {
    if (this.#replies.put(payload, words, envelope)) return;
    if (!this.#isBlocked) this.flush();
    if (this.#isBlocked || !this.#replies.put(payload, words, envelope)) this.#counters.sendErrors += 1;
  }

  /** Sends what the kernel takes. If it has no room, the rest waits until the socket is writable. */
  flush(): void {
    const replies = this.#replies;
    replies.seal();
    while (this.#sent < replies.count) {
      const left = replies.count - this.#sent;
      const outcome = this.#calls.send(this.#descriptor, replies.addressOf(this.#sent), left);
      if (outcome === -EINTR || this.#isSplit(outcome)) continue;
      this.#attempts += 1;
      this.#isBlocked = isRoomLacking(outcome) && this.#attempts < MOST_ATTEMPTS;
      if (this.#isBlocked) return;
      // If the kernel sends fewer messages, the next attempt begins with the one that failed, and gets its
      // error.
      if (outcome <= 0) this.#counters.sendErrors += 1;
      this.#sent += Math.max(outcome, 1);
      this.#attempts = 0;
    }
    this.#sent = 0;
    replies.clear();
  }

  /** If the kernel, or the way to the peer, refuses to cut a message into replies, these go one by one. */
  #isSplit(outcome: number): boolean {
    if (outcome > 0 || isRoomLacking(outcome) || !this.#replies.split(this.#sent)) return false;
    if (outcome === -EINVAL || outcome === -EIO || outcome === -EMSGSIZE) this.#replies.joins = false;
    return true;
  }
}

/**
 * Any other error concerns one message: its receiver is gone or out of reach, or it is too long. Others can
 * be sent.
 */
function isRoomLacking(outcome: number): boolean {
  return outcome === -EAGAIN || outcome === -ENOBUFS || outcome === -ENOMEM;
}
