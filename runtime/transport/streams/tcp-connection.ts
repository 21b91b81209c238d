/**
 * One client's connection, over TCP or TLS: as many queries at a time as the client likes, answered in the order
 * they are decided (RFC 7766 §6.2.1.1, §7).
 *
 * Nobody is waited for without end, and nothing is held without bound: a client with enough pending
 * queries, or unread answers, is not read from until it has fewer; one that completes no query for
 * `idleMs`, be it silent, dripping octets or not reading, is closed. What has come is answered a little
 * at a time, when it is this connection's turn (turns.ts); until then it is not read from either.
 */
import type { Socket } from 'node:net';
import type { Requester } from '../../answer/exchange.ts';
import { framed, MessageReader } from '../../wire/message-reader.ts';
import type { Transport } from '../../wire/transport.ts';
import type { OnQuery } from '../listener.ts';
import type { Seat } from './clients.ts';
import type { Conversation, StreamParts } from './streams.ts';
import type { Worker } from './turns.ts';

/** Queries of one connection that are not answered yet; the next are taken when some are. */
const MOST_PENDING = 128;
/** Queries taken in one go: as many as cost about what sending their answers does, and then some. */
const BATCH = 32;
/** Milliseconds after which no more are taken. A single one may take as long, and eight of those would be eight times that. */
const BATCH_MS = 0.2;
/** Milliseconds by which it may be in use longer than is noted. */
const USE_MS = 10;
/** Octets of answers that wait for a client that does not read: those of queries that were pending already come all the same. */
const MOST_UNREAD = 1 << 20;

const GATHERED_OCTETS = 1 << 17;
/** Octets of answers after which no more queries are taken in one go: there is room for one of any length. */
const MOST_GATHERED = GATHERED_OCTETS - 2 - 0xffff;
/** Answers of one go, for one write, of whichever connection is at work. */
const gathered = Buffer.allocUnsafeSlow(GATHERED_OCTETS);

export class TcpConnection implements Requester, Conversation, Worker {
  readonly transport: Transport;
  readonly address: string;
  readonly client: string;
  readonly #socket: Socket;
  readonly #seat: Seat;
  readonly #onQuery: OnQuery;
  readonly #parts: StreamParts;
  readonly #messages = new MessageReader();
  readonly #idle: NodeJS.Timeout;
  #pending = 0;
  /** Answers of many messages, of which some are still to be sent; each is one of the pending. */
  readonly #long: Iterator<Uint8Array>[] = [];
  /** Nothing more is read; what was read is answered. */
  #finishing = false;
  #usedAt = 0;
  #gathered = 0;
  /** While messages are taken, replies may come at once; what is next is seen to afterwards. */
  #working = false;

  constructor(transport: Transport, socket: Socket, seat: Seat, onQuery: OnQuery, parts: StreamParts) {
    this.transport = transport;
    this.#socket = socket;
    this.#seat = seat;
    this.address = seat.address;
    this.client = seat.client;
    this.#onQuery = onQuery;
    this.#parts = parts;
    this.#idle = setTimeout(() => this.#onIdle(), parts.clients.limits.idleMs);
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

  get isBusy(): boolean {
    return this.#finishing || this.#socket.isPaused();
  }

  reply(response: Uint8Array): void {
    this.#pending -= 1;
    if (this.#socket.destroyed) return;
    if (this.#working) {
      this.#gather(response);
      return;
    }
    this.#socket.write(framed(response));
    if (this.#socket.writableLength > MOST_UNREAD) this.#cut();
    else this.#goOn();
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

  /** A batch of queries, and one message of a long answer. */
  work(): boolean {
    if (this.#socket.destroyed) return false;
    this.#working = true;
    this.#takeMessages();
    this.#working = false;
    if (this.#socket.destroyed) return false;
    if (this.#gathered > 0) this.#socket.write(Buffer.from(gathered.subarray(0, this.#gathered)));
    this.#gathered = 0;
    if (this.#long.length > 0 && !this.#socket.writableNeedDrain) this.#sendNext();
    this.#closeOrRead();
    return this.#canWork();
  }

  #receive(chunk: Buffer): void {
    // Read all the same: octets left in the kernel would turn the close into a reset, which may overtake answers.
    if (this.#finishing) return;
    this.#messages.append(chunk);
    this.#goOn();
  }

  /** Sees to what is next, when there may be something. */
  #goOn(): void {
    if (this.#working || this.#socket.destroyed) return;
    if (!this.#canWork() || !this.#parts.turns.want(this)) this.#closeOrRead();
  }

  #canWork(): boolean {
    if (this.#long.length === 0 && (this.#pending >= MOST_PENDING || !this.#messages.hasNext)) return false;
    return !this.#socket.writableNeedDrain;
  }

  /** Closes if all is done that is to be, and reads on if there is nothing to do before. */
  #closeOrRead(): void {
    const { hasNext } = this.#messages;
    const isBehind = hasNext || this.#pending >= MOST_PENDING || this.#socket.writableNeedDrain;
    if (this.#finishing) {
      if (this.#pending === 0 && !isBehind) this.#socket.destroySoon();
    } else if (isBehind !== this.#socket.isPaused()) {
      if (isBehind) this.#socket.pause();
      else this.#socket.resume();
    }
  }

  #takeMessages(): void {
    if (this.#socket.writableNeedDrain) return;
    const until = performance.now() + BATCH_MS;
    for (let left = BATCH; this.#pending < MOST_PENDING && this.#gathered < MOST_GATHERED; left -= 1) {
      const message = this.#messages.next();
      if (message === undefined) return;
      this.#use();
      this.#pending += 1;
      // What gets no answer on UDP ends the connection here: its client is confused or worse.
      if (!this.#onQuery(message, this)) {
        this.#cut();
        return;
      }
      if (left === 1 || performance.now() > until) return;
    }
  }

  #gather(message: Uint8Array): void {
    gathered.writeUInt16BE(message.length, this.#gathered);
    gathered.set(message, this.#gathered + 2);
    this.#gathered += 2 + message.length;
  }

  #use(): void {
    const { startedAt } = this.#parts.turns;
    if (startedAt - this.#usedAt < USE_MS) return;
    this.#usedAt = startedAt;
    this.#idle.refresh();
    this.#seat.use();
  }

  #sendNext(): void {
    const messages = this.#long.shift();
    if (messages === undefined) return;
    const next = messages.next();
    if (next.done === true) {
      this.#pending -= 1;
      return;
    }
    this.#use();
    this.#socket.write(framed(next.value));
    this.#long.push(messages);
  }

  #onIdle(): void {
    // Decisions have deadlines of their own: they come. Long answers come as fast as they are read.
    if (this.#pending > this.#long.length || this.#canWork()) this.#idle.refresh();
    else if (this.#socket.writableLength > 0) this.#cut();
    else this.#socket.destroy();
  }

  #cut(): void {
    this.#parts.clients.counters.cut += 1;
    this.#socket.destroy();
  }
}
