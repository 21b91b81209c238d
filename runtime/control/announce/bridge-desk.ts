/**
 * Where bridges come to control: a socket in the file system. Each gets the order at once and then again and again; what they
 * say came of it is kept for the status. A new control takes the name of the socket, and bridges follow it.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, renameSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type AnnounceOrder,
  type FromBridge,
  type HandName,
  lineReader,
  REPEAT_MS,
  readFromBridge,
  type ToBridge,
} from './bridge-talk.ts';

export interface BridgeState {
  readonly hand: HandName;
  readonly pid: number;
  /** What was ordered last is in force at the BGP speaker. */
  readonly isDone: boolean;
  readonly problem?: string;
}

/** Bridges at a time: a speaker has one, and a second while processes change. */
const MOST_BRIDGES = 8;
/** Who runs ExaBGP is another user, in the group of the folder. */
const MODE = 0o660;

export class BridgeDesk {
  readonly #isOurs: (hand: HandName, pid: number) => boolean;
  readonly #bridges = new Map<Socket, BridgeState>();
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #order: AnnounceOrder | undefined;
  #number = 0;
  #onDone: () => void = () => {};

  /** `isOurs`: whether a bridge is in charge, and not one that a control before this has left. */
  constructor(isOurs: (hand: HandName, pid: number) => boolean) {
    this.#isOurs = isOurs;
  }

  /** Throws the system's error. */
  async open(file: string): Promise<void> {
    const server = createServer((socket) => this.#welcome(socket));
    server.maxConnections = MOST_BRIDGES;
    // Node removes the name it has listened at when it closes: that must not be the name of another control's socket.
    const draft = `${file}.${randomUUID().slice(0, 8)}`;
    server.listen(draft);
    await once(server, 'listening');
    chmodSync(draft, MODE);
    renameSync(draft, file);
    server.unref();
    this.#server = server;
    this.#timer = setInterval(() => this.#repeat(), REPEAT_MS).unref();
  }

  get bridges(): readonly BridgeState[] {
    return [...this.#bridges.values()];
  }

  /** Has all bridges carry it out, and those that come later. */
  order(order: AnnounceOrder): void {
    this.#order = order;
    this.#number += 1;
    for (const [socket, state] of this.#bridges) this.#bridges.set(socket, { ...state, isDone: false });
    this.#repeat();
  }

  /** Resolves once all bridges have carried out the last order; at once without any. */
  async allDone(): Promise<void> {
    while (this.bridges.some(({ isDone }) => !isDone)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onDone = resolve;
      await promise;
    }
  }

  /** The bridge to BIRD ends, and leaves all as it is. */
  dismissBird(): void {
    for (const [socket, { hand }] of this.#bridges) if (hand === 'bird') say(socket, { t: 'leave' });
  }

  /** Bridges of this control leave everything as it is; others come back to whoever listens then. */
  close(): void {
    clearInterval(this.#timer);
    this.#server?.close();
    this.dismissBird();
    for (const socket of this.#bridges.keys()) socket.end();
  }

  #welcome(socket: Socket): void {
    const read = lineReader(
      (line) => this.#take(socket, readFromBridge(line)),
      () => socket.destroy(),
    );
    socket.unref();
    socket.setEncoding('utf8').on('data', read);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#bridges.delete(socket);
      this.#onDone();
    });
  }

  #take(socket: Socket, message: FromBridge | undefined): void {
    const state = this.#bridges.get(socket);
    if (message?.t === 'hello') {
      const { hand, pid } = message;
      if (!this.#isOurs(hand, pid)) {
        say(socket, { t: 'leave' });
        return;
      }
      this.#bridges.set(socket, { hand, pid, isDone: false });
      say(socket, this.#message());
    } else if (message !== undefined && state !== undefined && message.number === this.#number) {
      const { hand, pid } = state;
      const isDone = message.t === 'done';
      this.#bridges.set(socket, { hand, pid, isDone, ...(!isDone && { problem: message.why }) });
      this.#onDone();
    }
  }

  #message(): ToBridge {
    if (this.#order === undefined) return { t: 'undecided' };
    return { t: 'order', number: this.#number, order: this.#order };
  }

  #repeat(): void {
    const message = this.#message();
    for (const socket of this.#bridges.keys()) say(socket, message);
  }
}

/** One that does not read is not waited for: it counts as silent, and asks the server itself. */
function say(socket: Socket, message: ToBridge): void {
  if (socket.writable && !socket.writableNeedDrain) socket.write(`${JSON.stringify(message)}\n`);
}
