/**
 * Memory that the kernel reads and writes, with pointers in it: one block for an array of `struct mmsghdr`
 * (recvmmsg(2)) and all it points at. 64-bit Linux, little endian; in octets:
 *
 *   header      64   0 name ·  8 its length · 16 iovecs · 24 how many · 32 control ·
 *                   40 its length · 48 flags · 56 octets received
 *   iovec       16   0 octets ·  8 how many
 *   envelope    96   0 name (struct sockaddr_in or sockaddr_in6, up to 28) ·
 *                   28 length of control · 32 control (IP_PKTINFO or IPV6_PKTINFO, up to 40)
 *
 * An envelope says who sent a message, and which of our addresses it came to; the reply goes out in the same
 * envelope. Pages that were never touched take no memory, so spare room costs nothing.
 */
import type { SystemCalls } from './system-calls.ts';

/** Longer than any UDP payload: its length has 16 bits (RFC 768). */
export const PAYLOAD_OCTETS = 65_536;

export const HEADER = 64;
export const IOVEC = 16;
export const ENVELOPE = 96;
/** How many words of an envelope are used. */
export const ENVELOPE_WORDS = 18;

/** Offsets in a header, in words. */
export const HEADER_NAME_LENGTH = 2;
export const HEADER_IOVECS = 6;
export const HEADER_CONTROL_LENGTH = 10;
export const HEADER_RECEIVED = 14;
/** Offsets in an envelope, in words. */
export const CONTROL_LENGTH = 7;
export const CONTROL = 8;

/** Lengths and offsets of names, by address family, in octets: struct sockaddr_in and sockaddr_in6. */
export const NAME_OCTETS = { 4: 16, 6: 28 } as const;
export const PORT_AT = 2;
export const ADDRESS_AT = { 4: 4, 6: 8 } as const;
export const ADDRESS_OCTETS = { 4: 4, 6: 16 } as const;

export class KernelMemory {
  readonly words: Uint32Array;
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly #high: number;
  readonly #low: number;

  constructor(calls: Pick<SystemCalls, 'addressOf'>, octets: number) {
    this.octets = new Uint8Array(octets);
    this.words = new Uint32Array(this.octets.buffer);
    const address = calls.addressOf(this.octets);
    this.#high = Math.floor(address / WORD);
    this.#low = address % WORD;
  }

  /** The address of an offset, for the kernel. */
  addressOf(offset: number): number {
    return this.#high * WORD + this.#low + offset;
  }

  /** Writes at offset `at` a pointer to offset `to`. */
  point(at: number, to: number): void {
    const low = this.#low + to;
    this.words[at / 4] = low;
    this.words[at / 4 + 1] = low < WORD ? this.#high : this.#high + 1;
  }
}

const WORD = 2 ** 32;
