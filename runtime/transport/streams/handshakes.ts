/**
 * Streams in their TLS handshake. streams.ts accepts them and finds out whose they are; Node's TLS server
 * gets them from here. A secured stream is matched to its handshake by its addresses and port.
 */
import type { Socket } from 'node:net';
import type { Server } from 'node:tls';
import type { Seat } from './clients.ts';
import type { Inflow } from './inflow.ts';
import type { Conversation, StreamParts } from './streams.ts';

/** Milliseconds for a handshake: some round trips, and the client's arithmetic. */
export const HANDSHAKE_MS = 10_000;

/** What tells two streams of a listener apart. */
type Ends = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress'>;

export class Handshakes {
  readonly #server: Server;
  readonly #begun = new Map<string, Handshake>();

  constructor(server: Server, { clients, turns }: Pick<StreamParts, 'clients' | 'turns'>) {
    this.#server = server;
    // The keys themselves are ignored. That some were made matters, as this takes longer than many queries,
    // and no other event before 'secureConnection' shows it.
    server.on('keylog', () => turns.heard());
    // This is also emitted where a client goes, or is disconnected, before its handshake ends.
    server.on('tlsClientError', (_, socket) => {
      clients.counters.handshakes += 1;
      socket.destroy();
    });
  }

  begin(socket: Socket, seat: Seat, inflow: Inflow): Handshake {
    const key = keyOf(socket);
    const late = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
    const handshake = new Handshake(socket, seat, inflow, late);
    this.#begun.set(key, handshake);
    socket.once('close', () => {
      clearTimeout(late);
      this.#begun.delete(key);
    });
    this.#server.emit('connection', socket);
    return handshake;
  }

  /** The handshake of a secured stream; `undefined` if its client is gone. */
  of(secured: Ends): Handshake | undefined {
    return this.#begun.get(keyOf(secured));
  }
}

/** A conversation that begins with a handshake. */
export class Handshake implements Conversation {
  readonly seat: Seat;
  readonly inflow: Inflow;
  readonly #socket: Socket;
  readonly #late: NodeJS.Timeout;
  #endsNext = false;
  #conversation: Conversation | undefined;

  constructor(socket: Socket, seat: Seat, inflow: Inflow, late: NodeJS.Timeout) {
    this.#socket = socket;
    this.seat = seat;
    this.inflow = inflow;
    this.#late = late;
  }

  get isBusy(): boolean {
    return this.#conversation?.isBusy ?? false;
  }

  /** Called when the handshake is over: `conversation` takes over the stream. */
  become(conversation: Conversation): void {
    clearTimeout(this.#late);
    this.#conversation = conversation;
    if (this.#endsNext) this.finishLater();
  }

  /** A handshake may go on: its client is about to ask. */
  finishLater(): void {
    this.#endsNext = true;
    this.#conversation?.finishLater();
  }

  finish(): void {
    if (this.#conversation === undefined) this.#socket.destroy();
    else this.#conversation.finish();
  }
}

function keyOf({ remoteAddress, remotePort, localAddress }: Ends): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
