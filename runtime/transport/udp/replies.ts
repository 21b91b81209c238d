/**
 * Replies as the kernel takes them (kernel-memory.ts). Replies of one length to one peer are one message,
 * which the kernel or the network card cuts into datagrams again (UDP_SEGMENT, linux/udp.h): all of them pass
 * the network stack at once. That halves the cost of a reply where many queries come from few ports, as those
 * of a load balancer do.
 */
import {
  CONTROL,
  CONTROL_LENGTH,
  ENVELOPE,
  ENVELOPE_WORDS,
  HEADER,
  HEADER_CONTROL_LENGTH,
  HEADER_IOVECS,
  HEADER_NAME_LENGTH,
  IOVEC,
  KernelMemory,
  NAME_OCTETS,
  PAYLOAD_OCTETS,
} from './kernel-memory.ts';
import type { SystemCalls } from './system-calls.ts';

/** Octets of a segment, which must fit a packet on any path: the size that RFC 9715 gives. */
const SEGMENT_OCTETS = 1232;
/** Octets of all replies in one message, with some room left for headers. */
const MESSAGE_OCTETS = 65_000;

/**
 * Offsets in an envelope, in words, after the cmsghdr: struct in_pktinfo begins with the interface, struct
 * in6_pktinfo ends with it.
 */
const IPV4_INTERFACE = 12;
const IPV6_LOCAL = 12;
const IPV6_INTERFACE = 16;

/** A struct cmsghdr (length, level, type) and the octets of a segment, with padding. */
const SEGMENT_CONTROL = { octets: 24, length: 18, level: 17, type: 103 } as const;

/** Slots of the table of open messages: a power of two. */
const SLOTS = 256;
const NONE = -1;

export class Replies {
  /** How many messages there are to send. */
  count = 0;
  /** Whether one message may hold several replies. */
  joins: boolean;
  readonly #size: number;
  readonly #family: 4 | 6;
  readonly #memory: KernelMemory;
  readonly #words: Uint32Array;
  readonly #envelopes: number;
  readonly #iovecs: number;
  /** Octets from one message's iovecs to those of the next: no power of two, see inbox.ts. */
  readonly #stride: number;
  readonly #payloads: number;
  #taken = 0;
  /** Where the next payload goes. */
  #end: number;
  /** By hash of peer and length: the message that another such reply may join. */
  readonly #open = new Int16Array(SLOTS).fill(NONE);

  /** Has room for `size` replies of ordinary length, and for one of any length. */
  constructor(calls: Pick<SystemCalls, 'addressOf'>, family: 4 | 6, size: number, joins: boolean) {
    this.joins = joins;
    this.#size = size;
    this.#family = family;
    this.#envelopes = size * HEADER;
    this.#iovecs = this.#envelopes + size * ENVELOPE;
    this.#stride = size * IOVEC + 64;
    this.#payloads = this.#iovecs + size * this.#stride;
    this.#end = this.#payloads;
    this.#memory = new KernelMemory(calls, this.#payloads + size * SEGMENT_OCTETS + PAYLOAD_OCTETS);
    this.#words = this.#memory.words;
    for (let index = 0; index < size; index += 1) this.#link(index);
  }

  /** The address of the messages from `index` on, for the kernel. */
  addressOf(index: number): number {
    return this.#memory.addressOf(index * HEADER);
  }

  /** Takes the octets of a reply, and the envelope of its query; false if there is no room. */
  put(payload: Uint8Array, words: Uint32Array, envelope: number): boolean {
    const at = this.#end;
    const { length } = payload;
    if (this.#taken === this.#size || at + length > this.#memory.octets.length) return false;
    this.#memory.octets.set(payload, at);
    this.#end += length;
    this.#taken += 1;
    this.#address(this.count, words, envelope);
    const message = this.joins ? this.#joined(length) : this.count;
    if (message === this.count) this.count += 1;
    this.#append(message, at, length);
    return true;
  }

  /** Replies that are put from now on join none of the messages so far. */
  seal(): void {
    this.#open.fill(NONE);
  }

  /** Makes each reply of a message a message of its own; returns false if there is only one. */
  split(index: number): boolean {
    const words = this.#words;
    const segments = this.#segments(index);
    words[index * (HEADER / 4) + HEADER_CONTROL_LENGTH] = words[this.#envelope(index) + CONTROL_LENGTH] ?? 0;
    words[index * (HEADER / 4) + HEADER_IOVECS] = 1;
    for (let segment = 1; segment < segments; segment += 1) {
      this.#address(this.count, words, this.#envelope(index));
      const from = this.#iovec(index) + segment * (IOVEC / 4);
      words.copyWithin(this.#iovec(this.count), from, from + IOVEC / 4);
      words[this.count * (HEADER / 4) + HEADER_IOVECS] = 1;
      this.count += 1;
    }
    return segments > 1;
  }

  /** Forgets all replies. */
  clear(): void {
    this.count = 0;
    this.#taken = 0;
    this.#end = this.#payloads;
  }

  /** Prepares a message that has no replies yet. */
  #address(index: number, words: Uint32Array, envelope: number): void {
    const own = this.#envelope(index);
    const controlLength = words[envelope + CONTROL_LENGTH] ?? 0;
    const used = controlLength === 0 ? CONTROL_LENGTH : ENVELOPE_WORDS;
    for (let at = 0; at < used; at += 1) this.#words[own + at] = words[envelope + at] ?? 0;
    this.#words[own + CONTROL_LENGTH] = controlLength;
    if (controlLength > 0) this.#leaveInterfaceOpen(own);
    this.#words[index * (HEADER / 4) + HEADER_CONTROL_LENGTH] = controlLength;
    this.#words[index * (HEADER / 4) + HEADER_IOVECS] = 0;
  }

  /**
   * A reply leaves from the address that was asked, by the interface that routes lead to, which may be
   * another. RFC 4007 §6: only link-local addresses mean nothing without their interface.
   */
  #leaveInterfaceOpen(envelope: number): void {
    if (this.#family === 4) this.#words[envelope + IPV4_INTERFACE] = 0;
    else if (((this.#words[envelope + IPV6_LOCAL] ?? 0) & 0xc0ff) !== 0x80fe)
      this.#words[envelope + IPV6_INTERFACE] = 0;
  }

  /**
   * The message for the reply that was addressed last: the one prepared for it, or an earlier one to the same
   * peer.
   */
  #joined(length: number): number {
    const envelope = this.#envelope(this.count);
    const slot = this.#slot(envelope, length);
    const open = this.#open[slot] ?? NONE;
    if (open !== NONE && this.#takes(open, envelope, length)) return open;
    if (length <= SEGMENT_OCTETS) this.#open[slot] = this.count;
    return this.count;
  }

  /**
   * Whether a message goes to the same peer, from the same address, with replies of the same length, and has
   * room.
   */
  #takes(index: number, envelope: number, length: number): boolean {
    if (this.#words[this.#iovec(index) + 2] !== length) return false;
    if ((this.#segments(index) + 1) * length > MESSAGE_OCTETS) return false;
    const own = this.#envelope(index);
    const used = this.#words[envelope + CONTROL_LENGTH] === 0 ? CONTROL : ENVELOPE_WORDS;
    for (let at = 0; at < used; at += 1) {
      if (this.#words[own + at] !== this.#words[envelope + at]) return false;
    }
    return true;
  }

  #slot(envelope: number, length: number): number {
    const port = (this.#words[envelope] ?? 0) >>> 16;
    // Hosts of one network differ in the end of their IPv6 addresses.
    const address = this.#words[envelope + (this.#family === 4 ? 1 : 5)] ?? 0;
    return Math.imul(port ^ address ^ (length << 16), 0x9e3779b1) >>> 24;
  }

  /** Adds a reply to a message. */
  #append(index: number, at: number, length: number): void {
    const words = this.#words;
    const header = index * (HEADER / 4);
    const segments = words[header + HEADER_IOVECS] ?? 0;
    const iovec = this.#iovec(index) + segments * (IOVEC / 4);
    this.#memory.point(iovec * 4, at);
    words[iovec + 2] = length;
    words[header + HEADER_IOVECS] = segments + 1;
    if (segments === 1) this.#segmentBy(index, length);
  }

  #segmentBy(index: number, length: number): void {
    const words = this.#words;
    const header = index * (HEADER / 4);
    const controlLength = words[header + HEADER_CONTROL_LENGTH] ?? 0;
    const at = this.#envelope(index) + CONTROL + controlLength / 4;
    words[at] = SEGMENT_CONTROL.length;
    words[at + 1] = 0;
    words[at + 2] = SEGMENT_CONTROL.level;
    words[at + 3] = SEGMENT_CONTROL.type;
    words[at + 4] = length;
    words[header + HEADER_CONTROL_LENGTH] = controlLength + SEGMENT_CONTROL.octets;
  }

  #segments(index: number): number {
    return this.#words[index * (HEADER / 4) + HEADER_IOVECS] ?? 0;
  }

  /** Where a message's envelope begins, in words. */
  #envelope(index: number): number {
    return (this.#envelopes + index * ENVELOPE) / 4;
  }

  #iovec(index: number): number {
    return (this.#iovecs + index * this.#stride) / 4;
  }

  #link(index: number): void {
    const header = index * HEADER;
    const envelope = this.#envelopes + index * ENVELOPE;
    this.#memory.point(header, envelope);
    this.#words[header / 4 + HEADER_NAME_LENGTH] = NAME_OCTETS[this.#family];
    this.#memory.point(header + 16, this.#iovecs + index * this.#stride);
    this.#memory.point(header + 32, envelope + CONTROL * 4);
  }
}
