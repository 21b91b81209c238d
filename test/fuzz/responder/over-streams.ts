/** Mutated messages to a server over TCP or TLS, many at a time, and each that is to end its connection on its own. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { MessageReader } from '../../../runtime/wire/message-reader.ts';
import type { Mutations } from './in-process.ts';
import { isForSilence } from './judge.ts';
import type { Tally } from './tally.ts';

/** Queries that the server has at a time. */
const WINDOW = 50;
const PATIENCE_MS = 5000;

export class OverStream {
  readonly #connect: () => Promise<Socket>;
  readonly #transport: 'tcp' | 'tls';
  readonly #mutations: Mutations;
  readonly #tally: Tally;
  #socket: Socket | undefined;

  constructor(transport: 'tcp' | 'tls', connect: () => Promise<Socket>, mutations: Mutations, tally: Tally) {
    this.#transport = transport;
    this.#connect = connect;
    this.#mutations = mutations;
    this.#tally = tally;
  }

  async run(count: number): Promise<void> {
    let window: Buffer[] = [];
    for (let made = 0; made < count; made += 1) {
      const message = this.#mutations.next();
      if (isForSilence(message)) await this.#endWith(message);
      else window.push(message);
      if (window.length < WINDOW && made < count - 1) continue;
      await this.#exchange(window);
      window = [];
    }
  }

  close(): void {
    this.#socket?.destroy();
  }

  async #exchange(window: readonly Buffer[]): Promise<void> {
    for (const [id, message] of window.entries()) message.writeUInt16BE(id);
    const replies = window.map((): Buffer[] => []);
    let missing = window.length;
    await this.#read(window, (reply) => {
      const to = replies[reply.readUInt16BE()];
      if (to === undefined)
        this.#tally.violate('a reply to nothing', Buffer.alloc(0), this.#transport, reply);
      else to.push(reply);
      missing -= 1;
      return missing > 0;
    });
    for (const [id, message] of window.entries()) {
      this.#tally.note(message, replies[id] ?? [], this.#transport);
      if (replies[id]?.length !== 1) this.#tally.violate('not one reply', message, this.#transport);
    }
  }

  /** RFC 7766 has no word on it: whoever sends such a thing is confused, and the connection is closed. */
  async #endWith(message: Buffer): Promise<void> {
    const replies: Buffer[] = [];
    const isOpen = await this.#read([message], (reply) => replies.push(reply) > 0);
    this.#tally.note(message, replies, this.#transport);
    if (isOpen) this.#tally.violate('the connection stays', message, this.#transport);
  }

  /** Sends messages and hands over what comes, until nothing more is wanted or it ends; whether the connection is still open. */
  async #read(messages: readonly Buffer[], take: (reply: Buffer) => boolean): Promise<boolean> {
    if (this.#socket === undefined || this.#socket.destroyed) this.#socket = await this.#connect();
    const socket = this.#socket;
    const reader = new MessageReader();
    const ended = Promise.withResolvers<void>();
    const receive = (chunk: Buffer): void => {
      reader.append(chunk);
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        if (!take(Buffer.from(next))) ended.resolve();
      }
    };
    const end = (): void => ended.resolve();
    const timer = setTimeout(end, PATIENCE_MS);
    socket.on('data', receive).once('close', end).on('error', end);
    for (const message of messages) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(Buffer.concat([length, message]));
    }
    await ended.promise;
    clearTimeout(timer);
    socket.off('data', receive).off('close', end);
    return !socket.destroyed && !socket.readableEnded;
  }
}

/** A connection that is there. */
export async function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  // Reset by the server: the connection is closed, which is what counts.
  socket.on('error', () => {});
  await once(socket, event);
  return socket;
}
