/**
 * Streams that come in, whatever is spoken on them (tcp.ts, tls.ts, https.ts): who they come from,
 * how many there are, and how they end when a listener closes.
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

/** What listeners for streams of one transport have in common; and those of all, but for the clients. */
export interface StreamParts {
  readonly clients: Clients;
  /** Who sends a PROXY header before all else. */
  readonly proxies: Networks;
  readonly turns: Turns;
}

/** What goes on between a client and us. */
export interface Conversation {
  /** It has more to do than it can, and reads nothing. */
  readonly isBusy: boolean;
  /** Takes nothing more; ends once what was taken is answered. */
  finish(): void;
}

/** Begins a conversation on a stream, which is the callee's from here on. */
export type Converse = (socket: Socket, seat: Seat, inflow: Inflow) => Conversation;

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export async function listenStreams(
  transport: Transport,
  endpoint: ListenPlace,
  converse: Converse,
  parts: StreamParts,
): Promise<Listener> {
  const streams = new Streams(converse, parts);
  // Half open: a client may end its side and wait for answers; see tcp-connection.ts. In HTTP it has streams to end,
  // and in a handshake whoever ends its side is gone (tls.ts).
  const allowHalfOpen = transport === 'tcp';
  const server = createServer({ noDelay: true, allowHalfOpen }, (socket) => streams.take(socket));
  const { address, port, descriptor } = endpoint;
  // As for UDP: a port the system chooses is for nobody to share.
  const reusePort = port !== 0;
  if (descriptor !== undefined) server.listen({ fd: descriptor });
  else server.listen({ host: address, port, reusePort, exclusive: true, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  // A connection that cannot be accepted, for want of file descriptors mostly. The next may find one.
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
    close: () => close(leave(), streams),
    leave,
  };
}

class Streams {
  readonly #open = new Map<Socket, Conversation>();
  /** Those of proxies that have not said yet whose they are, in the order they came. */
  readonly #unnamed = new Set<Socket>();
  readonly #converse: Converse;
  readonly #parts: StreamParts;

  constructor(converse: Converse, parts: StreamParts) {
    this.#converse = converse;
    this.#parts = parts;
  }

  take(socket: Socket): void {
    this.#parts.turns.heard();
    // Whoever resets it before anybody else listens; 'close' follows.
    socket.on('error', () => {});
    const address = socket.remoteAddress;
    // Gone already: nothing is promised to it yet.
    if (address === undefined) socket.destroy();
    else if (this.#parts.proxies.has(address)) this.#takeFromProxy(socket, address);
    else this.#begin(socket, address);
  }

  finish(): void {
    for (const socket of this.#unnamed) socket.destroy();
    for (const conversation of this.#open.values()) conversation.finish();
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /**
   * Who a proxy speaks for is not known yet, and so many wait at most. A header comes with the first octets: where
   * there is no room it is for the one that has waited longest to go, and not for the one that comes.
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
    // One too many: nothing is promised to it yet, so it is cut without a word.
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

/** What the kernel has for a stream, whatever is made of it above. */
class StreamGate implements Gate {
  readonly client: string;
  standing?: Standing;
  readonly #inflow: Inflow;
  readonly #conversation: Conversation;
  /** Read before it was started last. */
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

/** Takes no more connections; resolves when those there were have ended. */
async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

/** Has those that there are come to an end. */
async function close(closed: Promise<void>, streams: Streams): Promise<void> {
  streams.finish();
  if (await endsWithin(CLOSE_MS, closed)) return;
  streams.destroy();
  await closed;
}
