/**
 * Accepts streams for all protocols (tcp.ts, tls.ts, https.ts): which client each comes from, how many there
 * may be, and how they end when a listener closes.
 */
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Networks } from '../../base/net/networks.ts';
import { endsWithin } from '../../base/within.ts';
import type { Transport } from '../../wire/transport.ts';
import { CLOSE_MS, type Listener, type ListenPlace } from '../listener.ts';
import type { Standing } from './circle.ts';
import type { Clients, Seat } from './clients.ts';
import type { Gate } from './gates.ts';
import { Inflow } from './inflow.ts';
import { readProxyHeader } from './proxy-stream.ts';
import type { Turns } from './turns.ts';

/** What the listeners of one transport share; all transports share the same `proxies` and `turns`. */
export interface StreamParts {
  readonly clients: Clients;
  /** Networks from which each connection begins with a PROXY header. */
  readonly proxies: Networks;
  readonly turns: Turns;
}

/** The protocol of one connection. */
export interface Conversation {
  /** Whether it has so much to do that it reads nothing. */
  readonly isBusy: boolean;
  /** Takes no more queries; ends once those it took are answered. */
  finish(): void;
  /** Ends behind the next answer; at once where that loses no query. */
  finishLater(): void;
}

/** Begins a conversation on a stream; the callee owns the stream from then on. */
export type Converse = (socket: Socket, seat: Seat, inflow: Inflow) => Conversation;

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export async function listenStreams(
  transport: Transport,
  endpoint: ListenPlace,
  converse: Converse,
  parts: StreamParts,
): Promise<Listener> {
  const streams = new Streams(converse, parts);
  // A TCP client may end its side and wait for answers; see tcp-connection.ts. An HTTP client has streams to
  // end instead, and a client that ends its side in a handshake is gone (tls.ts).
  const allowHalfOpen = transport === 'tcp';
  const server = createServer({ noDelay: true, allowHalfOpen }, (socket) => streams.take(socket));
  const { address, port, descriptor } = endpoint;
  // As for UDP: a port that the system chooses is not shared.
  const reusePort = port !== 0;
  if (descriptor !== undefined) server.listen({ fd: descriptor });
  else server.listen({ host: address, port, reusePort, exclusive: true, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  // A connection could not be accepted, mostly for want of file descriptors. The next may find one.
  server.on('error', () => {
    parts.clients.counters.refused += 1;
  });
  let closed: Promise<void> | undefined;
  const leave = (): Promise<void> => {
    closed ??= stop(server);
    return closed;
  };
  return {
    transport,
    endpoint: { address, port: portOf(server) },
    close: (lingerMs = 0) => close(leave(), streams, lingerMs),
    leave,
  };
}

class Streams {
  readonly #open = new Map<Socket, Conversation>();
  /** Connections of proxies that have not named their client yet, in the order they came. */
  readonly #unnamed = new Set<Socket>();
  readonly #converse: Converse;
  readonly #parts: StreamParts;

  constructor(converse: Converse, parts: StreamParts) {
    this.#converse = converse;
    this.#parts = parts;
  }

  take(socket: Socket): void {
    this.#parts.turns.heard();
    // A client may reset the connection before other code listens for errors; 'close' follows.
    socket.on('error', () => {});
    const address = socket.remoteAddress;
    // The client is gone already.
    if (address === undefined) socket.destroy();
    else if (this.#parts.proxies.has(address)) this.#takeFromProxy(socket, address);
    else this.#begin(socket, address);
  }

  finishLater(): void {
    for (const conversation of this.#open.values()) conversation.finishLater();
  }

  finish(): void {
    for (const socket of this.#unnamed) socket.destroy();
    for (const conversation of this.#open.values()) conversation.finish();
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /**
   * The client is not known until the proxy's header comes, and only so many connections may wait for theirs.
   * A header comes with the first octets: where there is no room, the connection that has waited longest is
   * closed, and not the newest.
   */
  #takeFromProxy(socket: Socket, proxy: string): void {
    const { clients, turns } = this.#parts;
    const { limits, counters } = clients;
    const [first] = this.#unnamed;
    if (first !== undefined && this.#unnamed.size >= limits.clients) first.destroy();
    this.#unnamed.add(socket);
    socket.once('close', () => this.#unnamed.delete(socket));
    readProxyHeader(socket, limits.idleMs, (header) => {
      turns.heard();
      this.#unnamed.delete(socket);
      if (header !== undefined) {
        this.#begin(socket, header.client ?? proxy);
        return;
      }
      counters.unproxied += 1;
      socket.destroy();
    });
  }

  #begin(socket: Socket, address: string): void {
    const { clients, turns } = this.#parts;
    const seat = clients.enter(address, () => socket.destroy());
    // There is no room for the connection: nothing was promised to its client yet, so it is closed at once.
    if (seat === undefined) {
      socket.destroy();
      return;
    }
    const inflow = new Inflow(socket);
    const conversation = this.#converse(socket, seat, inflow);
    const gate = new StreamGate(inflow, seat.client, conversation);
    turns.open(gate);
    socket.once('close', () => {
      turns.leave(gate);
      this.#open.delete(socket);
      seat.leave();
    });
    this.#open.set(socket, conversation);
  }
}

/** Starts and stops the reading of one socket, below TLS and HTTP/2. */
class StreamGate implements Gate {
  readonly client: string;
  standing?: Standing;
  readonly #inflow: Inflow;
  readonly #conversation: Conversation;
  /** Octets that had been read when it was last started. */
  #octets = 0;

  constructor(inflow: Inflow, client: string, conversation: Conversation) {
    this.client = client;
    this.#inflow = inflow;
    this.#conversation = conversation;
  }

  get isReading(): boolean {
    return !this.#conversation.isBusy;
  }

  stop(): void {
    this.#inflow.hold();
  }

  start(): void {
    this.#octets = this.#inflow.octets;
    this.#inflow.release();
  }

  get hasRead(): boolean {
    return this.#inflow.octets > this.#octets;
  }
}

function portOf(server: Server): number {
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? 0 : bound.port;
}

/** Takes no more connections; resolves when the open ones have ended. */
async function stop(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

/** Ends the open connections: in order, or by force after `CLOSE_MS`. */
async function close(closed: Promise<void>, streams: Streams, lingerMs: number): Promise<void> {
  if (lingerMs > 0) {
    streams.finishLater();
    if (await endsWithin(lingerMs, closed)) return;
  }
  streams.finish();
  if (await endsWithin(CLOSE_MS, closed)) return;
  streams.destroy();
  await closed;
}
