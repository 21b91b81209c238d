/**
 * Streams that come in, whatever is spoken on them (tcp.ts, tls.ts, https.ts): who they come from,
 * how many there are, and how they end when a listener closes.
 */
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Networks } from '../base/networks.ts';
import type { Transport } from '../rpc/control-protocol.ts';
import type { Clients } from './clients.ts';
import { CLOSE_MS, type Listener, type Place } from './listener.ts';
import { readProxyHeader } from './proxy-stream.ts';

/** What all listeners for streams of one process have in common. */
export interface StreamParts {
  readonly clients: Clients;
  /** Who sends a PROXY header before all else. */
  readonly proxies: Networks;
}

/** What goes on between a client and us. */
export interface Conversation {
  /** Takes nothing more; ends once what was taken is answered. */
  finish(): void;
}

/** Begins a conversation on a stream, which is the callee's from here on. */
export type Converse = (socket: Socket, address: string) => Conversation;

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export async function listenStreams(
  transport: Transport,
  endpoint: Place,
  converse: Converse,
  parts: StreamParts,
): Promise<Listener> {
  const streams = new Streams(converse, parts);
  // Half open: a client may end its side and wait for answers; see tcp-connection.ts. In HTTP it has streams to end.
  const allowHalfOpen = transport !== 'https';
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
  return {
    transport,
    endpoint: { address, port: portOf(server) },
    close: () => close(server, streams),
  };
}

class Streams {
  readonly #open = new Map<Socket, Conversation>();
  readonly #converse: Converse;
  readonly #parts: StreamParts;

  constructor(converse: Converse, parts: StreamParts) {
    this.#converse = converse;
    this.#parts = parts;
  }

  take(socket: Socket): void {
    const address = socket.remoteAddress;
    // Gone already: nothing is promised to it yet.
    if (address === undefined) socket.destroy();
    else if (this.#parts.proxies.has(address)) this.#takeFromProxy(socket, address);
    else this.#begin(socket, address);
  }

  finish(): void {
    for (const conversation of this.#open.values()) conversation.finish();
  }

  destroy(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #takeFromProxy(socket: Socket, proxy: string): void {
    this.#open.set(socket, { finish: () => socket.destroy() });
    socket.once('close', () => this.#open.delete(socket));
    const { limits, counters } = this.#parts.clients;
    readProxyHeader(socket, limits.idleMs, (header) => {
      if (header !== undefined) {
        this.#begin(socket, header.client ?? proxy);
        return;
      }
      counters.unproxied += 1;
      socket.destroy();
    });
  }

  #begin(socket: Socket, address: string): void {
    const { clients } = this.#parts;
    // One too many: nothing is promised to it yet, so it is cut without a word.
    if (!clients.enter(address)) {
      socket.destroy();
      return;
    }
    socket.once('close', () => {
      this.#open.delete(socket);
      clients.leave(address);
    });
    this.#open.set(socket, this.#converse(socket, address));
  }
}

function portOf(server: Server): number {
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? 0 : bound.port;
}

async function close(server: Server, streams: Streams): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  streams.finish();
  const late = setTimeout(() => streams.destroy(), CLOSE_MS);
  await closed;
  clearTimeout(late);
}
