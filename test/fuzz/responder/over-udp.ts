/** Mutated messages to a server over UDP, many at a time. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { packet } from '../../support/packet.ts';
import type { Mutations } from './in-process.ts';
import { isForSilence } from './judge.ts';
import type { Tally } from './tally.ts';

/** Fewer than a socket holds by default, whatever becomes of them. */
const WINDOW = 100;
/** Decisions come sooner, or the fallback does. */
const PATIENCE_MS = 5000;
/** Messages that are remembered, so that replies nobody waits for are told of when they come. */
const REMEMBERED = 10 * WINDOW;

interface Sent {
  readonly message: Buffer;
  readonly replies: Buffer[];
}

export class OverUdp {
  readonly #socket: Socket;
  readonly #mutations: Mutations;
  readonly #tally: Tally;
  /** By id. */
  readonly #sent = new Map<number, Sent>();
  #lastId = 0;
  #missing = 0;
  #onAll: () => void = () => {};

  private constructor(socket: Socket, mutations: Mutations, tally: Tally) {
    this.#socket = socket;
    this.#mutations = mutations;
    this.#tally = tally;
    socket.on('message', (reply) => this.#receive(reply));
  }

  static async open(port: number, mutations: Mutations, tally: Tally): Promise<OverUdp> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new OverUdp(socket, mutations, tally);
  }

  async run(count: number): Promise<void> {
    for (let left = count; left > 0; left -= WINDOW) await this.#exchange(Math.min(left, WINDOW));
  }

  close(): void {
    this.#socket.close();
  }

  /** The last is a sound query: one process reads one socket, so the server has met all before it by then. */
  async #exchange(count: number): Promise<void> {
    const window = Array.from({ length: count }, () => this.#stamped(this.#mutations.next()));
    window.push(this.#stamped(packet({ question: 'www.rich.example. A' })));
    this.#missing = window.filter(({ message }) => !isForSilence(message)).length;
    const all = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      this.#onAll = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const { message } of window) this.#socket.send(message);
    await all;
    for (const { message, replies } of window) {
      this.#tally.note(message, replies, 'udp');
      if (replies.length > 1) this.#tally.violate('several replies', message, 'udp');
    }
  }

  /** With an id that tells it from others. */
  #stamped(message: Buffer): Sent {
    const sent = { message, replies: [] };
    if (message.length < 2) return sent;
    this.#lastId = (this.#lastId + 1) & 0xffff;
    message.writeUInt16BE(this.#lastId);
    this.#sent.set(this.#lastId, sent);
    this.#sent.delete((this.#lastId - REMEMBERED) & 0xffff);
    return sent;
  }

  #receive(reply: Buffer): void {
    const sent = reply.length < 2 ? undefined : this.#sent.get(reply.readUInt16BE());
    if (sent === undefined) {
      this.#tally.violate('a reply to nothing', Buffer.alloc(0), 'udp', reply);
      return;
    }
    sent.replies.push(reply);
    if (isForSilence(sent.message)) return;
    this.#missing -= 1;
    if (this.#missing === 0) this.#onAll();
  }
}
