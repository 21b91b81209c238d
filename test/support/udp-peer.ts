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

  /**
   * Sends packets in this order: all the replies there were. Replies may come in another order, so where
   * some are missing when the last is there, it is asked for again: what was to come has come before.
   */
  async exchange(...packets: readonly Uint8Array[]): Promise<Buffer[]> {
    const replies: Buffer[] = [];
    const last = packets.at(-1) ?? assert.fail('nothing to send');
    const messages = on(this.#socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    for (const packet of packets) this.#socket.send(packet);
    let isRepeated = false;
    for await (const [reply] of messages as AsyncIterable<[Buffer]>) {
      const isLast = idOf(reply) === idOf(last);
      if (isLast && isRepeated) break;
      replies.push(reply);
      if (replies.length === packets.length && !isRepeated) break;
      if (!isLast) continue;
      isRepeated = true;
      this.#socket.send(last);
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
