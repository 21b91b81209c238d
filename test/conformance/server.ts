/** The cases that the server under test is held against (`target.ts`), and the ways to ask it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as http2Connect, type IncomingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { after, type TestOptions, test } from 'node:test';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { MessageReader } from '../../runtime/wire/message-reader.ts';
import type { Reference } from '../interop/references.ts';
import { type Asked, packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { encrypted, port, reference } from './target.ts';

export const peer = await UdpPeer.open(port);
after(() => peer.close());

let lastId = 0;

/** A query that differs from all before in its id. */
export function query(asked: Asked | string): Buffer {
  lastId += 1;
  return packet({ id: lastId, ...(typeof asked === 'string' ? { question: asked } : asked) });
}

/** The reply to one query over UDP. */
export function ask(asked: Asked | string): Promise<Buffer> {
  return peer.ask(query(asked));
}

/** Whether a packet gets a reply. One process reads one socket, so what is sent after it is answered after it. */
export async function isAnswered(octets: Uint8Array): Promise<boolean> {
  return (await peer.exchange(octets, query('www.rich.example. A'))).length > 1;
}

/** Where a case does not hold, or cannot be tried. */
export interface Exceptions {
  /** Why a server that others wrote fails it. One that passes all the same fails the suite. */
  readonly failsOn?: Partial<Readonly<Record<Reference, string>>>;
  /** What it needs that only our server has. */
  readonly needs?: string;
}

/** Both references fail a case for the same reason. */
export const both = (why: string) => ({ nsd: why, knot: why });

/** What keeps a reference from many a case. */
export const MINIMAL = { nsd: 'leaves out all that is not asked for, or else adds more' };
export const NO_SUBNET = { nsd: 'knows no client subnet' };

/**
 * A rule: what is asked, and all that the reply says, line by line. The order of records is part of it;
 * servers that others wrote have one of their own.
 */
export function rule(
  title: string,
  asked: (Asked & Exceptions) | string,
  ...expected: readonly string[]
): void {
  const inOrder = (lines: readonly string[]) => (reference === undefined ? lines : lines.toSorted());
  test(title, except(typeof asked === 'string' ? {} : asked), async () => {
    assert.deepEqual(inOrder(replyToText(await ask(asked))), inOrder(expected));
  });
}

/** A rule about a name that a policy decides. */
export function policyRule(title: string, asked: Asked | string, ...expected: readonly string[]): void {
  const question = typeof asked === 'string' ? { question: asked } : asked;
  rule(title, { ...question, needs: 'a policy' }, ...expected);
}

/** What to give `test` for a case that does not hold everywhere, or cannot be tried. */
export function except({ failsOn, needs }: Exceptions): TestOptions {
  const skip = reference !== undefined && needs !== undefined && `needs ${needs}`;
  return { skip, expectFailure: reference && failsOn?.[reference] };
}

/** A TCP connection to the server. */
export class TcpClient {
  readonly socket: Socket;
  readonly #messages = new MessageReader();
  readonly #chunks: AsyncIterator<Buffer>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  static async open(): Promise<TcpClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  /** Over TLS (RFC 7858). */
  static async openSecured(options: ConnectionOptions = {}): Promise<TcpClient> {
    const at = { port: encrypted.tlsPort, host: '127.0.0.1', ca: encrypted.ca, ALPNProtocols: ['dot'] };
    const socket = tlsConnect({ ...at, ...options });
    await once(socket, 'secureConnect');
    return new TcpClient(socket);
  }

  /** The next reply, or `undefined` once the server has closed. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const message = this.#messages.next();
      if (message !== undefined) return Buffer.from(message);
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return undefined;
      this.#messages.append(chunk.value);
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

/** What HTTP says, and the message inside. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** HTTP/2 to the server (RFC 8484), over a connection that is opened anew once the server has closed it. */
export class HttpsClient {
  #session: ClientHttp2Session | undefined;

  get(message: Uint8Array): Promise<HttpReply> {
    const dns = Buffer.from(message).toString('base64url');
    return this.request({ ':path': `/dns-query?dns=${dns}`, accept: 'application/dns-message' });
  }

  post(message: Uint8Array): Promise<HttpReply> {
    const type = 'application/dns-message';
    return this.request({ ':method': 'POST', ':path': '/dns-query', 'content-type': type }, message);
  }

  async request(headers: Readonly<Record<string, string>>, message?: Uint8Array): Promise<HttpReply> {
    const stream = this.#connected().request(headers, { endStream: message === undefined });
    if (message !== undefined) stream.end(message);
    const [received] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
    return {
      status: received[':status'] ?? 0,
      headers: received,
      body: Buffer.concat(await stream.toArray()),
    };
  }

  close(): void {
    this.#session?.destroy();
  }

  #connected(): ClientHttp2Session {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      const { httpsPort, ca } = encrypted;
      this.#session = http2Connect(`https://127.0.0.1:${httpsPort}`, { ca });
    }
    return this.#session;
  }
}

/** Messages as they travel over TCP (RFC 1035 §4.2.2). */
export function framed(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [Buffer.of(message.length >> 8, message.length & 0xff), message]),
  );
}
