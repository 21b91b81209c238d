/**
 * Replies on their way to the kernel, sent many at a time with sendmmsg(2). Some stay here while
 * the kernel has no room for them; no more than fit, the rest are dropped.
 */
import { constants } from 'node:os';
import { Datagrams, PAYLOAD_OCTETS } from './datagrams.ts';
import type { SystemCalls } from './system-calls.ts';
import type { UdpCounters } from './udp.ts';

const { EAGAIN, EINTR, ENOBUFS, ENOMEM } = constants.errno;

/** Times in a row that one message may find no room: a socket can be writable, and the way to one network still full. */
const MOST_ATTEMPTS = 8;

export class Outbox {
  readonly #calls: Pick<SystemCalls, 'send'>;
  readonly #descriptor: number;
  readonly #family: 4 | 6;
  readonly #counters: UdpCounters;
  readonly #datagrams: Datagrams;
  /** Of the datagrams, those from `#sent` up to `#filled` are yet to be sent. */
  #filled = 0;
  #sent = 0;
  #attempts = 0;
  #isBlocked = false;

  constructor(
    calls: Pick<SystemCalls, 'addressOf' | 'send'>,
    { descriptor, family }: { readonly descriptor: number; readonly family: 4 | 6 },
    counters: UdpCounters,
    size: number,
  ) {
    this.#calls = calls;
    this.#descriptor = descriptor;
    this.#family = family;
    this.#counters = counters;
    this.#datagrams = new Datagrams(calls, size);
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  /** Whether something waits for the socket to be writable. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Takes the octets of a reply, and the envelope of its query. */
  put(payload: Uint8Array, words: Uint32Array, envelope: number): void {
    if (this.#filled === this.#datagrams.count && !this.#isBlocked) this.flush();
    if (this.#filled === this.#datagrams.count || payload.length > PAYLOAD_OCTETS) {
      this.#counters.sendErrors += 1;
      return;
    }
    this.#datagrams.put(this.#filled, payload, this.#family, words, envelope);
    this.#filled += 1;
  }

  /** Sends what the kernel takes. What is left, if it has no room, is for when it has: not to be tried before. */
  flush(): void {
    while (this.#sent < this.#filled) {
      const outcome = this.#calls.send(
        this.#descriptor,
        this.#datagrams.headerAddress(this.#sent),
        this.#filled - this.#sent,
      );
      if (outcome === -EINTR) continue;
      this.#attempts += 1;
      this.#isBlocked = isRoomLacking(outcome) && this.#attempts < MOST_ATTEMPTS;
      if (this.#isBlocked) return;
      // Where fewer are sent than asked, the next attempt begins with the one that failed, and is told why.
      if (outcome <= 0) this.#counters.sendErrors += 1;
      this.#sent += Math.max(outcome, 1);
      this.#attempts = 0;
    }
    this.#sent = 0;
    this.#filled = 0;
  }
}

/** Any other error is about one message: its receiver is gone or out of reach, or it is too long. Others can be sent. */
function isRoomLacking(outcome: number): boolean {
  return outcome === -EAGAIN || outcome === -ENOBUFS || outcome === -ENOMEM;
}
