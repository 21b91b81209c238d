/**
 * The contract between sockets and whoever answers: bytes and their sender in, bytes or silence out.
 * One is implemented per transport; test/transport/ holds the suite they all pass.
 */
import type { Requester } from '../answer/exchange.ts';
import type { Transport } from '../wire/transport.ts';

/**
 * Called for each message, whatever it holds; returns whether a reply has been or will be sent. The
 * packet is the callee's only until it returns, and so is a requester that has been replied to by
 * then, or will not be: both are used again.
 */
export type OnQuery = (packet: Uint8Array, requester: Requester) => boolean;

/** An IP address and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where to listen; with a descriptor there is a socket already that is bound there, and becomes the listener's. */
export interface ListenPlace extends Endpoint {
  readonly descriptor?: number;
}

/** A place where queries come in. */
export interface Listener {
  readonly transport: Transport;
  /** Where it listens, with the port the system chose if it was 0. */
  readonly endpoint: Endpoint;
  /**
   * Leaves the address, once. Resolves when replies to the queries it took are sent, or after
   * `CLOSE_MS`; later ones are discarded.
   */
  close(): Promise<void>;
  /**
   * Leaves the address to others who listen there; connections go on until they end, which is when it resolves, or are
   * closed. Absent where there are none.
   */
  leave?(): Promise<void>;
}

/** Milliseconds for pending replies once a listener closes: far more than any deadline. */
export const CLOSE_MS = 1000;
