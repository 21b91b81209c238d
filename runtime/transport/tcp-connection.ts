/**
 * One client's connection, over TCP or TLS: as many queries at a time as the client likes, answered in the order
 * they are decided (RFC 7766 §6.2.1.1, §7).
 *
 * Nobody is waited for without end, and nothing is held without bound: a client with enough pending
 * queries, or unread answers, is not read from until it has fewer; one that completes no query for
 * `idleMs`, be it silent, dripping octets or not reading, is closed.
 */
import type { Socket } from 'node:net';
import type { Requester } from '../answer/exchange.ts';
import type { Transport } from '../rpc/control-protocol.ts';
import { framed, MessageReader } from '../wire/message-reader.ts';
import type { Clients } from './clients.ts';
import type { OnQuery } from './listener.ts';
import type { Conversation } from './streams.ts';

/** Queries of one connection that are not answered yet; the next are taken when some are. */
const MOST_PENDING = 128;

export class TcpConnection implements Requester, Conversation {
  readonly transport: Transport;
  readonly address: string;
  readonly #socket: Socket;
  readonly #onQuery: OnQuery;
  readonly #clients: Clients;
  readonly #messages = new MessageReader();
  readonly #idle: NodeJS.Timeout;
  #pending = 0;
  /** Answers of many messages, of which some are still to be sent; each is one of the pending. */
  readonly #long: Iterator<Uint8Array>[] = [];
  #isSending = false;
  /** Nothing more is read; what was read is answered. */
  #finishing = false;
  /** While messages are taken, replies may come at once; what is next is seen to afterwards. */
  #taking = false;

  constructor(transport: Transport, socket: Socket, address: string, onQuery: OnQuery, clients: Clients) {
    this.transport = transport;
    this.#socket = socket;
    this.address = address;
    this.#onQuery = onQuery;
    this.#clients = clients;
    this.#idle = setTimeout(() => this.#onIdle(), clients.limits.idleMs);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#goOn());
    // RFC 9293 §3.6.1: a client may end its side and wait for answers. If it has closed altogether
    // (RFC 7766 §6.2.4), the first answer is met by a reset and no other is sent.
    socket.on('end', () => this.finish());
    // Reset by the client, or destroyed here: 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#idle);
      for (const messages of this.#long) messages.return?.();
    });
  }

  reply(response: Uint8Array): void {
    this.#pending -= 1;
    if (this.#socket.destroyed) return;
    this.#write(response);
    this.#goOn();
  }

  replyAll(messages: Iterator<Uint8Array>): void {
    if (this.#socket.destroyed) {
      messages.return?.();
      return;
    }
    this.#long.push(messages);
    this.#goOn();
  }

  /** Reads no more; closes once what was read is answered. */
  finish(): void {
    this.#finishing = true;
    this.#goOn();
  }

  #write(message: Uint8Array): void {
    this.#socket.write(framed(message));
  }

  #receive(chunk: Buffer): void {
    // Read all the same: octets left in the kernel would turn the close into a reset, which may overtake answers.
    if (this.#finishing) return;
    this.#messages.append(chunk);
    this.#goOn();
  }

  /** Does what is next: takes messages, then closes, reads on or waits. */
  #goOn(): void {
    if (this.#taking || this.#socket.destroyed) return;
    this.#taking = true;
    this.#socket.cork();
    this.#takeMessages();
    this.#socket.uncork();
    this.#taking = false;
    this.#sendLater();
    if (!this.#finishing) this.#readOrWait();
    else if (this.#pending === 0 && !this.#isFull()) this.#socket.destroySoon();
  }

  #takeMessages(): void {
    while (!this.#isFull()) {
      const message = this.#messages.next();
      if (message === undefined) return;
      this.#idle.refresh();
      this.#pending += 1;
      // What gets no answer on UDP ends the connection here: its client is confused or worse.
      if (!this.#onQuery(message, this)) {
        this.#cut();
        return;
      }
    }
  }

  /** One message of a long answer in each turn of the event loop, as nobody else is to wait for all of it. */
  #sendLater(): void {
    if (this.#isSending || this.#long.length === 0 || this.#socket.writableNeedDrain) return;
    this.#isSending = true;
    setImmediate(() => {
      this.#isSending = false;
      if (!this.#socket.destroyed) this.#sendNext();
    });
  }

  #sendNext(): void {
    const messages = this.#long.shift();
    const next = messages?.next();
    if (messages === undefined || next === undefined || next.done === true) {
      this.#pending -= 1;
    } else {
      this.#idle.refresh();
      this.#write(next.value);
      this.#long.push(messages);
    }
    this.#goOn();
  }

  #readOrWait(): void {
    const isFull = this.#isFull();
    if (isFull === this.#socket.isPaused()) return;
    if (isFull) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Waits for decisions, or for the client to read its answers. */
  #isFull(): boolean {
    return this.#pending >= MOST_PENDING || this.#socket.writableNeedDrain;
  }

  #onIdle(): void {
    // Decisions have deadlines of their own: they come. Long answers come as fast as they are read.
    if (this.#pending > this.#long.length) this.#idle.refresh();
    else if (this.#socket.writableLength > 0) this.#cut();
    else this.#socket.destroy();
  }

  #cut(): void {
    this.#clients.counters.cut += 1;
    this.#socket.destroy();
  }
}
