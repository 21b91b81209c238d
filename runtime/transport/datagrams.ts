/**
 * Datagrams in memory that the kernel reads and writes: an array of `struct mmsghdr` (recvmmsg(2))
 * with all it points at, in one block. 64-bit Linux, little endian; in octets:
 *
 *   headers     64 each   0 name ·  8 its length · 16 iovec · 24 how many · 32 control ·
 *                        40 its length · 48 flags · 56 octets received
 *   iovecs      16 each   0 payload ·  8 its length
 *   envelopes   96 each   0 name (struct sockaddr_in or sockaddr_in6, up to 28) ·
 *                        28 length of control · 32 control (IP_PKTINFO or IPV6_PKTINFO, up to 40)
 *   payloads              as long as a datagram can be: none is ever cut short
 *
 * An envelope is who a message came from, and which of our addresses it came to; a reply goes out
 * in the same one. Pages nobody touched take no memory, so the room for payloads is no cost.
 */
import type { SystemCalls } from './system-calls.ts';

/** Longer than any UDP payload: its length has 16 bits (RFC 768). */
export const PAYLOAD_OCTETS = 65_536;
/** Words of an envelope that mean something. */
export const ENVELOPE_WORDS = 18;

const HEADER = 64;
const IOVEC = 16;
const ENVELOPE = 96;
const CONTROL = 40;
/** Payloads at multiples of a power of two would all want the same place in the processor's caches. */
const PAYLOAD = PAYLOAD_OCTETS + 192;

/** Words in an envelope. */
const CONTROL_LENGTH = 7;
const CONTROL_AT = 8;
/** In control, after the cmsghdr: struct in_pktinfo begins with the interface, struct in6_pktinfo ends with it. */
const IPV4_INTERFACE = 12;
const IPV6_LOCAL = 12;
const IPV6_INTERFACE = 16;

/** In octets of a name: struct sockaddr_in and sockaddr_in6. */
export const NAME_OCTETS = { 4: 16, 6: 28 } as const;
export const PORT_AT = 2;
export const ADDRESS_AT = { 4: 4, 6: 8 } as const;
export const ADDRESS_OCTETS = { 4: 4, 6: 16 } as const;

export class Datagrams {
  readonly count: number;
  /** Where the headers begin, for the kernel. */
  readonly address: number;
  readonly words: Uint32Array;
  readonly octets: Uint8Array;
  readonly #block: ArrayBuffer;
  readonly #iovecs: number;
  readonly #envelopes: number;
  readonly #payloads: number;

  constructor(calls: Pick<SystemCalls, 'addressOf'>, count: number) {
    this.count = count;
    this.#iovecs = count * HEADER;
    this.#envelopes = this.#iovecs + count * IOVEC;
    this.#payloads = this.#envelopes + count * ENVELOPE;
    this.#block = new ArrayBuffer(this.#payloads + count * PAYLOAD);
    this.words = new Uint32Array(this.#block);
    this.octets = new Uint8Array(this.#block);
    this.address = calls.addressOf(this.octets);
    for (let index = 0; index < count; index += 1) this.#link(index);
  }

  /** For the kernel, to begin with this one. */
  headerAddress(index: number): number {
    return this.address + index * HEADER;
  }

  /** Octets received. A view: they change with the next datagram. */
  payload(index: number): Uint8Array {
    const length = this.words[(index * HEADER) / 4 + 14] ?? 0;
    return new Uint8Array(this.#block, this.#payloads + index * PAYLOAD, length);
  }

  /** Where in `words` the envelope of one begins that was received; once for each, before the next is. */
  open(index: number): number {
    const header = (index * HEADER) / 4;
    const envelope = (this.#envelopes + index * ENVELOPE) / 4;
    this.words[envelope + CONTROL_LENGTH] = this.words[header + 10] ?? 0;
    this.#makeRoom(header);
    return envelope;
  }

  /** Takes a message to be sent. */
  put(index: number, payload: Uint8Array, family: 4 | 6, words: Uint32Array, envelope: number): void {
    this.octets.set(payload, this.#payloads + index * PAYLOAD);
    this.words[(this.#iovecs + index * IOVEC) / 4 + 2] = payload.length;
    const own = (this.#envelopes + index * ENVELOPE) / 4;
    const controlLength = words[envelope + CONTROL_LENGTH] ?? 0;
    const used = controlLength === 0 ? CONTROL_LENGTH : ENVELOPE_WORDS;
    for (let at = 0; at < used; at += 1) this.words[own + at] = words[envelope + at] ?? 0;
    const header = (index * HEADER) / 4;
    this.words[header + 2] = NAME_OCTETS[family];
    this.words[header + 10] = controlLength;
    if (controlLength > 0) this.#leaveInterfaceOpen(own, family);
  }

  /**
   * The reply comes from the address that was asked, and goes where routes lead: they need not lead
   * back to the interface. RFC 4007 §6: only link-local addresses mean nothing without one.
   */
  #leaveInterfaceOpen(envelope: number, family: 4 | 6): void {
    if (family === 4) this.words[envelope + IPV4_INTERFACE] = 0;
    else if (((this.words[envelope + IPV6_LOCAL] ?? 0) & 0xc0ff) !== 0x80fe)
      this.words[envelope + IPV6_INTERFACE] = 0;
  }

  /** Lengths say how much there may be, and the kernel overwrites them with how much there is. */
  #makeRoom(header: number): void {
    this.words[header + 2] = NAME_OCTETS[6];
    this.words[header + 10] = CONTROL;
  }

  #link(index: number): void {
    const header = index * HEADER;
    const iovec = this.#iovecs + index * IOVEC;
    const envelope = this.#envelopes + index * ENVELOPE;
    this.#point(header, envelope);
    this.#point(header + 16, iovec);
    this.words[(header + 24) / 4] = 1;
    this.#point(header + 32, envelope + CONTROL_AT * 4);
    this.#point(iovec, this.#payloads + index * PAYLOAD);
    this.words[(iovec + 8) / 4] = PAYLOAD_OCTETS;
    this.#makeRoom(header / 4);
  }

  /** Writes a pointer. */
  #point(at: number, to: number): void {
    const address = this.address + to;
    this.words[at / 4] = address % 2 ** 32;
    this.words[at / 4 + 1] = Math.floor(address / 2 ** 32);
  }
}
