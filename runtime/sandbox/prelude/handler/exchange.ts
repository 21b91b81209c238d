/** The `req` and `res` of one question, as in the documentation of dnssec-server. */
import { readClient, readName, readType } from '../query.ts';
import { networkAddress, networkLength } from './client-address.ts';

/** A record as a handler writes it. */
export interface HandlerRecord {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly ttl?: unknown;
  readonly data?: unknown;
}

/** The contents of `res` when the handler called `send`. */
export interface Sent {
  readonly rcode: unknown;
  readonly answers: readonly HandlerRecord[];
  readonly authority: readonly HandlerRecord[];
}

/**
 * The question. Fields about the transport have the same value for all queries: an answer must not depend
 * on them.
 */
export class HandlerRequest {
  readonly id = 0;
  readonly transport = 'udp4';
  readonly class = 'IN';
  readonly remotePort = 53;
  readonly flag_rd = false;
  readonly flag_cd = false;
  readonly flag_ad = false;
  readonly flag_do = false;
  readonly edns_udp_size = 1232;
  readonly ednsOptions: readonly never[] = [];

  /** The query name in lower case, with a final dot. */
  get name(): string {
    return `${readName()}.`;
  }

  get type(): string {
    return readType();
  }

  get questions(): readonly object[] {
    return [{ name: this.name, type: this.type, class: this.class }];
  }

  get remoteAddress(): unknown {
    return readClient('ip');
  }

  get client(): object {
    return {
      address: readClient('ip'),
      port: this.remotePort,
      family: readClient('family') === 6 ? 'IPv6' : 'IPv4',
    };
  }

  get ecsAddress(): string {
    return networkAddress();
  }

  get ecsSourcePrefixLength(): number {
    return networkLength();
  }

  get answers(): never {
    throw new TypeError(
      '"req" is the question and has no answers; push to "res.answers" instead of "req.answers"',
    );
  }
}

/** The response: the handler fills it in and calls `send`. */
export class HandlerResponse {
  readonly header: { rcode?: unknown; aa: boolean } = { rcode: 0, aa: true };
  /** The same as `header.rcode`; handlers may set either. */
  rcode: unknown = undefined;
  answers: HandlerRecord[] = [];
  authority: HandlerRecord[] = [];
  additionals: HandlerRecord[] = [];
  #sent: Sent | undefined;

  /** The response that the handler sent; `undefined` if it sent none. */
  static sentBy(response: HandlerResponse): Sent | undefined {
    return response.#sent;
  }

  /** Answers with the present contents of the response. Only the first call counts. */
  readonly send = (): void => {
    this.#sent ??= {
      rcode: this.rcode ?? this.header.rcode,
      answers: [...this.answers],
      authority: [...this.authority],
    };
  };
}
