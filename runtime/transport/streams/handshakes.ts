/**
 * Streams on which TLS is agreed on. Node's TLS server is given streams that are accepted, and have
 * told who they are, elsewhere (streams.ts); when one is secured, it is found again by its ends.
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
    // What keys are is nobody's business. That some were made is ours: nothing else on the way to 'secureConnection'
    // tells it, and it takes longer than many queries.
    server.on('keylog', () => turns.heard());
    // Also where a client is gone, or is sent away, before its end.
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

  /** What a secured stream began as; `undefined` if its client is gone. */
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

  /** The handshake is over, and this is what it was for. */
  become(conversation: Conversation): void {
    clearTimeout(this.#late);
    this.#conversation = conversation;
  }

  finish(): void {
    if (this.#conversation === undefined) this.#socket.destroy();
    else this.#conversation.finish();
  }
}

function keyOf({ remoteAddress, remotePort, localAddress }: Ends): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
