/** Packets to a server over UDP, and what comes back, octet for octet. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { on, once } from 'node:events';

/** A server that has not answered by then will not. */
const PATIENCE_MS = 2000;

export class UdpPeer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Talks to a server on a port of 127.0.0.1. */
  static async open(port: number): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new UdpPeer(socket);
  }

  /** Sends packets in this order, and waits until the last has its reply: all the replies there were. */
  async exchange(...packets: readonly Uint8Array[]): Promise<Buffer[]> {
    const replies: Buffer[] = [];
    const last = idOf(packets.at(-1) ?? assert.fail('nothing to send'));
    const messages = on(this.#socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    for (const packet of packets) this.#socket.send(packet);
    for await (const [reply] of messages as AsyncIterable<[Buffer]>) {
      replies.push(reply);
      if (idOf(reply) === last) break;
    }
    return replies;
  }

  /** The reply to one packet. */
  async ask(packet: Uint8Array): Promise<Buffer> {
    const [reply] = await this.exchange(packet);
    return reply ?? assert.fail('no reply');
  }

  close(): void {
    this.#socket.close();
  }
}

function idOf(message: Uint8Array): number {
  return (message[0] ?? 0) * 256 + (message[1] ?? 0);
}
