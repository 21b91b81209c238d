/**
 * One client's connection, over TCP or TLS: as many queries at a time as the client likes, answered in the
 * order they are decided (RFC 7766 §6.2.1.1, §7).
 *
 * No client is waited for without end, and nothing is held without bound: a client with enough pending
 * queries, or unread answers, is not read from until it has fewer; one that completes no query for `idleMs`,
 * be it silent, dripping octets or not reading, is disconnected. Queries are answered a few at a time, when
 * it is this connection's turn (turns.ts); until then no more are read. This file is long because reading,
 * answering and closing depend on one state.
 */
import type { Socket } from 'node:net';
import type { Requester } from '../../answer/exchange.ts';
import { Blocks } from '../../base/structures/blocks.ts';
import { framed, MessageReader } from '../../wire/message-reader.ts';
import type { Transport } from '../../wire/transport.ts';
import type { OnQuery } from '../listener.ts';
import type { Standing } from './circle.ts';
import type { Seat } from './clients.ts';
import { type Inflow, readShared } from './inflow.ts';
import type { Conversation, StreamParts } from './streams.ts';
import type { Worker } from './turns.ts';

/** Queries of one connection that may be unanswered; the next are taken when some are answered. */
const MOST_PENDING = 128;
/** Queries taken in one go: answering them costs a little more than sending their answers. */
const BATCH = 32;
/** Milliseconds after which no more are taken: a single query may take as long. */
const BATCH_MS = 0.2;
/** Milliseconds between two notes that the connection is in use. */
const USE_MS = 10;
/** Octets of answers that wait for a client that does not read; answers to pending queries still come. */
const MOST_UNREAD = 1 << 20;

/** Octets of answers after which no more queries are taken in one go. */
const MOST_ANSWERED = 1 << 16;
/** Blocks for the answers of one go, as large as most need; used again once they are sent. */
const batches = new Blocks(1 << 14, 64);
/** The block in which the connection at work gathers its answers. */
let gathered = batches.take();

export class TcpConnection implements Requester, Conversation, Worker {
  readonly transport: Transport;
  readonly address: string;
  readonly client: string;
  standing?: Standing;
  readonly #socket: Socket;
  readonly #seat: Seat;
  readonly #onQuery: OnQuery;
  readonly #parts: StreamParts;
  readonly #inflow: Inflow;
  readonly #messages = new MessageReader();
  readonly #idle: NodeJS.Timeout;
  #pending = 0;
  /** Answers of many messages that are not sent in full; each counts as pending. */
  readonly #long: Iterator<Uint8Array>[] = [];
  /** Whether nothing more is read; queries that were read are still answered. */
  #finishing = false;
  /** Whether the connection ends behind the next answer, once all that was read has one. */
  #endsNext = false;
  #hasAsked = false;
  /** Whether no more is read until some queries are answered. */
  #isHeld = false;
  #usedAt = 0;
  /** Octets that are gathered, and octets answered in this go. */
  #gathered = 0;
  #answered = 0;
  /** Whether messages are being taken: replies may come at once, the next step is decided afterwards. */
  #working = false;

  constructor(
    transport: Transport,
    socket: Socket,
    seat: Seat,
    onQuery: OnQuery,
    parts: StreamParts,
    inflow: Inflow,
  ) {
    this.transport = transport;
    this.#socket = socket;
    this.#seat = seat;
    this.address = seat.address;
    this.client = seat.client;
    this.#onQuery = onQuery;
    this.#parts = parts;
    this.#inflow = inflow;
    this.#idle = setTimeout(() => this.#onIdle(), parts.clients.limits.idleMs);
    socket.on('drain', () => this.#goOn());
    // RFC 9293 §3.6.1: a client may end its side and wait for answers. If it has closed altogether
    // (RFC 7766 §6.2.4), the first answer is met by a reset and no other is sent.
    socket.on('end', () => this.finish());
    // The client reset the connection, or we destroyed it: 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#idle);
      for (const messages of this.#long) messages.return?.();
      this.#messages.clear();
    });
    // Octets may have come right behind a PROXY header, or with the last of the handshake.
    if (socket.readableLength > 0) this.#receive(socket.read() as Buffer);
    readShared(socket, (octets) => this.#receive(octets));
  }

  get local(): string | undefined {
    return this.#socket.localAddress;
  }

  get isBusy(): boolean {
    return this.#finishing || this.#isHeld;
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

  /** Reads no more; closes once the queries that were read are answered. */
  finish(): void {
    this.#finishing = true;
    this.#goOn();
  }

  finishLater(): void {
    this.#endsNext = true;
    this.#hasAsked = this.#pending > 0 || this.#messages.hasNext;
  }

  /** Answers a batch of queries, and sends one message of a long answer. */
  work(): boolean {
    if (this.#socket.destroyed) return false;
    this.#working = true;
    this.#takeMessages();
    this.#working = false;
    this.#sendGathered();
    if (this.#socket.destroyed) return false;
    if (this.#long.length > 0 && !this.#socket.writableNeedDrain) this.#sendNext();
    this.#closeOrRead();
    return this.#canWork();
  }

  #receive(chunk: Buffer): void {
    // These octets are dropped: left in the kernel they would turn the close into a reset, ahead of answers.
    if (this.#finishing) return;
    this.#messages.append(chunk);
    this.#goOn();
    this.#messages.keep();
  }

  /** Works if there is work, and otherwise closes or reads on. */
  #goOn(): void {
    if (this.#working || this.#socket.destroyed) return;
    if (!this.#canWork() || !this.#parts.turns.want(this)) this.#closeOrRead();
  }

  #canWork(): boolean {
    if (this.#long.length === 0 && (this.#pending >= MOST_PENDING || !this.#messages.hasNext)) return false;
    return !this.#socket.writableNeedDrain;
  }

  /** Closes the socket once it is finished and all is answered; otherwise stops or starts reading. */
  #closeOrRead(): void {
    const { hasNext } = this.#messages;
    const isBehind = hasNext || this.#pending >= MOST_PENDING || this.#socket.writableNeedDrain;
    if (this.#endsNext && this.#hasAsked && this.#pending === 0 && !isBehind) this.#finishing = true;
    if (this.#finishing) {
      if (this.#pending === 0 && !isBehind) this.#socket.destroySoon();
    } else if (isBehind !== this.#isHeld) {
      this.#isHeld = isBehind;
      if (isBehind) this.#inflow.hold();
      else this.#inflow.release();
    }
  }

  #takeMessages(): void {
    if (this.#socket.writableNeedDrain) return;
    const until = performance.now() + BATCH_MS;
    this.#answered = 0;
    for (let left = BATCH; this.#pending < MOST_PENDING && this.#answered < MOST_ANSWERED; left -= 1) {
      const message = this.#messages.next();
      if (message === undefined) return;
      this.#use();
      this.#pending += 1;
      this.#hasAsked = true;
      // A message that would get no answer over UDP ends the connection: its client is confused or worse.
      if (!this.#onQuery(message, this)) {
        this.#cut();
        return;
      }
      if (left === 1 || performance.now() > until) return;
    }
  }

  #gather(message: Uint8Array): void {
    const octets = 2 + message.length;
    this.#answered += octets;
    if (this.#gathered + octets > batches.octets) this.#sendGathered();
    if (octets > batches.octets) {
      this.#socket.write(framed(message));
      return;
    }
    gathered.writeUInt16BE(message.length, this.#gathered);
    gathered.set(message, this.#gathered + 2);
    this.#gathered += octets;
  }

  #sendGathered(): void {
    const octets = gathered.subarray(0, this.#gathered);
    this.#gathered = 0;
    if (octets.length === 0 || this.#socket.destroyed) return;
    // Behind other answers it may wait for long: a copy takes the least memory.
    if (this.#socket.writableLength > 0) {
      this.#socket.write(Buffer.from(octets));
      return;
    }
    const batch = gathered;
    this.#socket.write(octets, () => batches.give(batch));
    gathered = batches.take();
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
    // Decisions come by their deadlines, and long answers as fast as the client reads them.
    if (this.#pending > this.#long.length || this.#canWork()) this.#idle.refresh();
    else if (this.#socket.writableLength > 0) this.#cut();
    else this.#socket.destroy();
  }

  #cut(): void {
    this.#parts.clients.counters.cut += 1;
    this.#socket.destroy();
  }
}
