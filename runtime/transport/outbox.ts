/**
 * Replies on their way to the kernel, sent many at a time with sendmmsg(2). Some stay here while
 * the kernel has no room for them; no more than fit, the rest are dropped.
 */
import { constants } from 'node:os';
import { Datagrams, PAYLOAD_OCTETS } from './datagrams.ts';
import type { SystemCalls } from './system-calls.ts';
import type { UdpCounters } from './udp.ts';

const { EAGAIN, ENOBUFS, ENOMEM } = constants.errno;

/** Times in a row that the kernel may say it has no memory, which nobody tells us the end of. */
const MOST_ATTEMPTS = 8;

export class Outbox {
  readonly #calls: SystemCalls;
  readonly #descriptor: number;
  readonly #family: 4 | 6;
  readonly #counters: UdpCounters;
  readonly #datagrams: Datagrams;
  /** Of the datagrams, those from `#sent` up to `#filled` are yet to be sent. */
  #filled = 0;
  #sent = 0;
  #attempts = 0;

  constructor(
    calls: SystemCalls,
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

  /** Takes the octets of a reply, and the envelope of its query. */
  put(payload: Uint8Array, words: Uint32Array, envelope: number): void {
    if (this.#filled === this.#datagrams.count) this.flush();
    if (this.#filled === this.#datagrams.count || payload.length > PAYLOAD_OCTETS) {
      this.#counters.sendErrors += 1;
      return;
    }
    this.#datagrams.put(this.#filled, payload, this.#family, words, envelope);
    this.#filled += 1;
  }

  /** Sends what the kernel takes; false if something is left, to be tried again when it has room. */
  flush(): boolean {
    while (this.#sent < this.#filled) {
      const outcome = this.#calls.send(
        this.#descriptor,
        this.#datagrams.headerAddress(this.#sent),
        this.#filled - this.#sent,
      );
      if (isRoomLacking(outcome) && this.#attempts < MOST_ATTEMPTS) {
        // While the socket's own buffer is full we are told when that ends, and wait as long as it takes.
        if (outcome !== -EAGAIN) this.#attempts += 1;
        return false;
      }
      // Where fewer are sent than asked, the next attempt begins with the one that failed, and is told why.
      if (outcome <= 0) this.#counters.sendErrors += 1;
      this.#sent += Math.max(outcome, 1);
      this.#attempts = 0;
    }
    this.#sent = 0;
    this.#filled = 0;
    return true;
  }
}

/** Any other error is about one message: its receiver is gone or out of reach, or it is too long. Others can be sent. */
function isRoomLacking(outcome: number): boolean {
  return outcome === -EAGAIN || outcome === -ENOBUFS || outcome === -ENOMEM;
}
