/** A client whose query is signed: the server signs its responses as well (RFC 8945 §5.3). */

import type { Requester } from '../answer/exchange.ts';
import type { PeerAddress } from '../base/net/ip.ts';
import { Signer, tsigRoom } from '../tsig/signature.ts';
import type { TsigKey } from '../tsig/tsig-key.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { HEADER_LENGTH, skipQuestion } from '../wire/query.ts';
import type { Transport } from '../wire/transport.ts';

const TC = 0x02;

export class SignedRequester implements Requester {
  readonly key: TsigKey;
  /** The signature of the request. */
  readonly mac: Uint8Array;
  readonly replyAll?: (messages: Iterator<Uint8Array>) => void;
  readonly #inner: Requester;
  readonly #signer: Signer;
  /** The most octets of a response. */
  readonly #limit: number;

  constructor(inner: Requester, key: TsigKey, requestMac: Uint8Array, limit: number, clock: () => number) {
    this.#inner = inner;
    this.key = key;
    this.mac = requestMac;
    this.#signer = new Signer(key, requestMac, clock);
    this.#limit = limit;
    if (inner.replyAll === undefined) return;
    this.replyAll = (messages) => inner.replyAll?.(signedAll(messages, this.#signer));
  }

  get transport(): Transport {
    return this.#inner.transport;
  }

  get address(): PeerAddress {
    return this.#inner.address;
  }

  get local(): string | undefined {
    return this.#inner.local;
  }

  reply(response: Uint8Array): void {
    const fits = response.length + tsigRoom(this.key) <= this.#limit;
    this.#inner.reply(this.#signer.sign(fits ? response : truncated(response)).signed);
  }
}

function* signedAll(messages: Iterator<Uint8Array>, signer: Signer): Generator<Uint8Array> {
  try {
    for (let next = messages.next(); next.done !== true; next = messages.next()) {
      yield signer.sign(next.value).signed;
    }
  } finally {
    messages.return?.();
  }
}

/** RFC 8945 §5.3: a response without room for the signature has only the question, with TC. */
function truncated(response: Uint8Array): Uint8Array {
  const hasQuestion = response[5] === 1;
  const short = Uint8Array.from(
    response.subarray(0, hasQuestion ? skipQuestion(response, HEADER_LENGTH) : HEADER_LENGTH),
  );
  short[2] = (short[2] ?? 0) | TC;
  short[3] = ((short[3] ?? 0) & 0xf0) | RCODE.NOERROR;
  short.fill(0, 6, HEADER_LENGTH);
  return short;
}
