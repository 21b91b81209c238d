/** The sender of a datagram that was received with many others; its envelope lies among theirs. */
import type { Requester } from '../../answer/exchange.ts';
import { ADDRESS_AT, ADDRESS_OCTETS, ENVELOPE_WORDS, PORT_AT } from './kernel-memory.ts';

/** Where replies are sent: batched-udp.ts. */
export interface ReplyOutlet {
  /** Sends a reply to the sender of the envelope that begins there in `words`. */
  send(response: Uint8Array, words: Uint32Array, envelope: number): void;
  /** Called when a query that waited has its answer, before the reply is sent. */
  settle(): void;
  /** Our address that was asked, where it is known. */
  readonly local: string | undefined;
}

/**
 * The sender of one datagram, until it is answered. Its envelope is in the inbox until the query has to wait.
 */
export class BatchedRequester implements Requester {
  readonly transport = 'udp';
  isAnswered = false;
  readonly #outlet: ReplyOutlet;
  readonly #family: 4 | 6;
  readonly #address: Uint8Array;
  #words: Uint32Array = NO_WORDS;
  #envelope = 0;
  #isKept = false;

  constructor(outlet: ReplyOutlet, family: 4 | 6) {
    this.#outlet = outlet;
    this.#family = family;
    this.#address = new Uint8Array(ADDRESS_OCTETS[family]);
  }

  begin(words: Uint32Array, envelope: number): void {
    this.#words = words;
    this.#envelope = envelope;
    this.isAnswered = false;
  }

  /** Copies the envelope: the next datagrams will be where this one is. */
  keep(): void {
    this.#words = this.#words.slice(this.#envelope, this.#envelope + ENVELOPE_WORDS);
    this.#envelope = 0;
    this.#isKept = true;
  }

  /** The port, in any order of octets: it is only compared with 0. */
  get port(): number {
    return (this.#words[this.#envelope] ?? 0) >>> (8 * PORT_AT);
  }

  get address(): Uint8Array {
    const first = this.#envelope + ADDRESS_AT[this.#family] / 4;
    for (let at = 0; at < this.#address.length; at += 1) {
      this.#address[at] = (this.#words[first + (at >> 2)] ?? 0) >>> (8 * (at & 3));
    }
    return this.#address;
  }

  get local(): string | undefined {
    return this.#outlet.local;
  }

  reply(response: Uint8Array): void {
    this.isAnswered = true;
    if (this.#isKept) this.#outlet.settle();
    this.#outlet.send(response, this.#words, this.#envelope);
  }
}

const NO_WORDS = new Uint32Array(0);
