/** One stream of HTTP/2: a query on its way here, and its answer on the way back. */
import type { ServerHttp2Stream } from 'node:http2';
import type { Requester } from '../../answer/exchange.ts';

/** What a stream needs of its connection. */
interface Connection {
  readonly address: string;
  readonly local: string | undefined;
  /** Called when a decision has come, whether or not the client still waits for it. */
  settle(): void;
  /** Called with each answer that a client still waits for. */
  reply(requester: HttpsRequester, response: Uint8Array, isForAll: boolean): void;
}

export class HttpsRequester implements Requester {
  readonly transport = 'https';
  readonly stream: ServerHttp2Stream;
  /** The query, until its turn. */
  packet: Buffer = NOTHING;
  /** Octets that this stream holds. */
  held = 0;
  readonly #connection: Connection;

  constructor(connection: Connection, stream: ServerHttp2Stream) {
    this.#connection = connection;
    this.stream = stream;
  }

  get address(): string {
    return this.#connection.address;
  }

  get local(): string | undefined {
    return this.#connection.local;
  }

  /** Lets go of the query. */
  forget(): void {
    this.packet = NOTHING;
  }

  reply(response: Uint8Array, isForAll = false): void {
    this.#connection.settle();
    if (this.stream.destroyed || this.stream.closed) return;
    this.#connection.reply(this, response, isForAll);
  }
}

const NOTHING = Buffer.alloc(0);
