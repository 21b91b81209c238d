/**
 * The contract between a transport and the responder: a message and its sender in, a reply or silence out.
 * Each transport implements it; test/transport/ holds the suite that all of them pass.
 */
import type { Requester } from '../answer/exchange.ts';
import type { Transport } from '../wire/transport.ts';

/**
 * Called for each message, whatever it holds; returns whether a reply has been or will be sent. The packet is
 * valid until the callee returns, and so is the requester, unless its reply is still to come: both are used
 * again.
 */
export type OnQuery = (packet: Uint8Array, requester: Requester) => boolean;

/** An IP address and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Where to listen. With a descriptor, a socket is bound there already, and the listener owns it from then on.
 */
export interface ListenPlace extends Endpoint {
  readonly descriptor?: number;
}

/** A place where queries come in. */
export interface Listener {
  readonly transport: Transport;
  /** Where it listens, with the port the system chose if it was 0. */
  readonly endpoint: Endpoint;
  /**
   * Stops listening, once. Resolves when the replies to the queries it took are sent, or after `CLOSE_MS`;
   * later replies are discarded. For `lingerMs` before that, a connection may ask once more, and ends right behind the
   * answer: a client whose next query is on its way at the time of another end would lose it.
   */
  close(lingerMs?: number): Promise<void>;
  /**
   * Leaves the address to other processes; resolves when the connections it has accepted have ended. Absent
   * where there are no connections.
   */
  leave?(): Promise<void>;
}

/** Milliseconds in which most clients that go on asking ask again. */
export const LINGER_MS = 500;

/** Milliseconds for pending replies once a listener closes: far more than any deadline. */
export const CLOSE_MS = 1000;
