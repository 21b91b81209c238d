/**
 * An inquiry to another server: the question, the message that carries it, and the check of replies (RFC
 * 5452).
 */
import { randomInt } from 'node:crypto';
import { AnswerCheck, Signer } from '../tsig/signature.ts';
import type { TsigKey } from '../tsig/tsig-key.ts';
import { decodeMessage } from '../wire/decode.ts';
import { encodeRequest, type RequestFields } from '../wire/encode-request.ts';
import { namesEqual } from '../wire/name.ts';
import { HEADER_LENGTH } from '../wire/query.ts';
import type { DnsReply } from './reply.ts';

export interface Inquiry extends Omit<RequestFields, 'id' | 'udpSize'> {
  /** Whether the request has an OPT record. The default is true. */
  readonly edns?: boolean;
}

/** Options of an inquiry over any transport. */
export interface AskOptions {
  /** Milliseconds to wait for a message. */
  readonly timeoutMs: number;
  /** Signs the request; a reply without a signature of this key does not count. */
  readonly key?: TsigKey | undefined;
  /** Ends the inquiry early. */
  readonly signal?: AbortSignal | undefined;
}

/** The size that the DNS Flag Day of 2020 recommends: replies of this size are not fragmented. */
const UDP_SIZE = 1232;

/** One inquiry as it is sent, with an id of its own. */
export class SentInquiry {
  readonly octets: Uint8Array;
  readonly #inquiry: Inquiry;
  // RFC 5452 §9.2: the id is random, so that an attacker cannot guess it.
  readonly #id = randomInt(0x1_0000);
  readonly #key: TsigKey | undefined;
  readonly #mac: Uint8Array | undefined;

  constructor(inquiry: Inquiry, key: TsigKey | undefined) {
    const { edns = true } = inquiry;
    const bare = encodeRequest({ ...inquiry, id: this.#id, udpSize: edns ? UDP_SIZE : undefined });
    const sealed = key === undefined ? undefined : new Signer(key, undefined).sign(bare);
    this.octets = sealed?.signed ?? bare;
    this.#inquiry = inquiry;
    this.#key = key;
    this.#mac = sealed?.mac;
  }

  /** Makes a reader of replies: each datagram has its own, and all messages of a stream share one. */
  replies(): ReplyReader {
    const isSigned = this.#key !== undefined && this.#mac !== undefined;
    return new ReplyReader(
      this.#id,
      this.#inquiry,
      isSigned ? new AnswerCheck(this.#key, this.#mac) : undefined,
    );
  }
}

export class ReplyReader {
  readonly #id: number;
  readonly #inquiry: Inquiry;
  readonly #check: AnswerCheck | undefined;

  constructor(id: number, inquiry: Inquiry, check: AnswerCheck | undefined) {
    this.#id = id;
    this.#inquiry = inquiry;
    this.#check = check;
  }

  /**
   * Whether the reply may end here: a signature covers the last message, if replies are signed (RFC 8945
   * §5.3.1).
   */
  get isProven(): boolean {
    return this.#check?.isProven ?? true;
  }

  /**
   * Reads a message; `undefined` if it answers another question, so that the server did not send it (RFC 5452
   * §4).
   */
  read(packet: Uint8Array): DnsReply | undefined {
    // The packet may lie in memory that the next packet overwrites.
    const octets = Uint8Array.from(packet);
    const isOurs =
      octets.length >= HEADER_LENGTH &&
      (octets[0] ?? 0) * 256 + (octets[1] ?? 0) === this.#id &&
      ((octets[2] ?? 0) & QR) !== 0;
    if (!isOurs) return undefined;
    const bare = this.#check?.next(octets);
    if (bare?.ok === false) return { kind: 'untrusted', why: bare.problem };
    const message = decodeMessage(bare?.value ?? octets);
    if (!message.ok) return { kind: 'malformed', why: message.problem };
    const [asked] = message.value.questions;
    const { name, type } = this.#inquiry;
    // A server that finds a query malformed may leave its question out, and so may the later messages of a
    // transfer (RFC 5936 §2.2.1).
    const isToThis = asked === undefined || (asked.type === type && namesEqual(asked.name, name));
    return isToThis ? { kind: 'reply', message: message.value } : undefined;
  }
}

const QR = 0x80;
