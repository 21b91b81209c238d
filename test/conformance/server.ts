/**
 * The server that all rules are held against, started by whichever file needs it first, and the ways
 * to ask it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { MessageReader } from '../../runtime/transport/message-reader.ts';
import { startServer } from '../support/dnsteer.ts';
import { type Asked, packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { UdpPeer } from '../support/udp-peer.ts';

const CONFIG = `
tcp: { idle: 1 }
geo:
  detail: country
  overrides:
    192.0.2.0/24: { country: DE, latitude: 50.1, longitude: 8.7 }
    198.51.100.0/25: { country: US, latitude: 39.0, longitude: -77.5 }
    2001:db8:49::/48: { country: FR, latitude: 48.9, longitude: 2.4 }
`;

const server = await startServer({
  from: path.resolve(import.meta.dirname, 'fixtures'),
  // A policy that never was sound, so that nothing but its zone is known.
  policies: { 'broken.example.ts': 'export default 1;' },
  config: CONFIG,
});
export const peer = await UdpPeer.open(server.port);
after(async () => {
  peer.close();
  await server.stop();
});

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

/** A rule: what is asked, and all that the reply says, line by line; the order of records is part of it. */
export function rule(title: string, asked: Asked | string, ...expected: readonly string[]): void {
  test(title, async () => {
    assert.deepEqual(replyToText(await ask(asked)), expected);
  });
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
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    await once(socket, 'connect');
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

/** Messages as they travel over TCP (RFC 1035 §4.2.2). */
export function framed(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [Buffer.of(message.length >> 8, message.length & 0xff), message]),
  );
}
