/** Datagrams that were received, many with one system call, each with its envelope (kernel-memory.ts). */
import { Views } from '../../base/views.ts';
import {
  CONTROL,
  CONTROL_LENGTH,
  ENVELOPE,
  HEADER,
  HEADER_CONTROL_LENGTH,
  HEADER_IOVECS,
  HEADER_NAME_LENGTH,
  HEADER_RECEIVED,
  IOVEC,
  KernelMemory,
  NAME_OCTETS,
  PAYLOAD_OCTETS,
} from './kernel-memory.ts';
import type { SystemCalls } from './system-calls.ts';

/** Octets of room for the control messages of one datagram. */
const CONTROL_OCTETS = 40;
/** Payloads at multiples of a power of two would all compete for the same place in the processor's caches. */
const PAYLOAD = PAYLOAD_OCTETS + 192;

export class Inbox {
  /** The address of the headers, for the kernel. */
  readonly address: number;
  /** The whole memory as words; the envelopes are among them. */
  readonly words: Uint32Array;
  readonly #memory: KernelMemory;
  readonly #iovecs: number;
  readonly #envelopes: number;
  readonly #payloads: number;
  readonly #views: readonly Views[];

  constructor(calls: Pick<SystemCalls, 'addressOf'>, count: number) {
    this.#iovecs = count * HEADER;
    this.#envelopes = this.#iovecs + count * IOVEC;
    this.#payloads = this.#envelopes + count * ENVELOPE;
    this.#memory = new KernelMemory(calls, this.#payloads + count * PAYLOAD);
    this.address = this.#memory.addressOf(0);
    this.words = this.#memory.words;
    for (let index = 0; index < count; index += 1) this.#link(index);
    this.#views = Array.from({ length: count }, (_, index) => {
      const from = this.#payloads + index * PAYLOAD;
      return new Views(this.#memory.octets.subarray(from, from + PAYLOAD_OCTETS));
    });
  }

  /** The octets of one datagram: a view, which the next fetch overwrites. */
  payload(index: number): Uint8Array {
    return this.#views[index]?.first(this.words[(index * HEADER) / 4 + HEADER_RECEIVED] ?? 0) ?? NOTHING;
  }

  /**
   * Returns where in `words` the envelope of a datagram begins; called once for each datagram, before the
   * next fetch.
   */
  open(index: number): number {
    const header = (index * HEADER) / 4;
    const envelope = (this.#envelopes + index * ENVELOPE) / 4;
    this.words[envelope + CONTROL_LENGTH] = this.words[header + HEADER_CONTROL_LENGTH] ?? 0;
    this.#makeRoom(header);
    return envelope;
  }

  /** Sets the lengths to the room there is: the kernel overwrites them with what it received. */
  #makeRoom(header: number): void {
    this.words[header + HEADER_NAME_LENGTH] = NAME_OCTETS[6];
    this.words[header + HEADER_CONTROL_LENGTH] = CONTROL_OCTETS;
  }

  #link(index: number): void {
    const header = index * HEADER;
    const iovec = this.#iovecs + index * IOVEC;
    const envelope = this.#envelopes + index * ENVELOPE;
    this.#memory.point(header, envelope);
    this.#memory.point(header + 16, iovec);
    this.words[header / 4 + HEADER_IOVECS] = 1;
    this.#memory.point(header + 32, envelope + CONTROL * 4);
    this.#memory.point(iovec, this.#payloads + index * PAYLOAD);
    this.words[(iovec + 8) / 4] = PAYLOAD_OCTETS;
    this.#makeRoom(header / 4);
  }
}

const NOTHING = new Uint8Array(0);
