/**
 * DNS over TCP (RFC 7766): connections, how many of them, and for how long.
 * What happens inside one is in tcp-connection.ts.
 */
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { Clients } from './clients.ts';
import { CLOSE_MS, type Endpoint, type Listener, type OnQuery } from './listener.ts';
import { TcpConnection } from './tcp-connection.ts';

export interface TcpLimits {
  /** Milliseconds without a query after which a connection is closed (RFC 7766 §6.2.3). */
  readonly idleMs: number;
  /** Connections at a time, to all listeners that share counters. */
  readonly clients: number;
  /** Connections at a time from one IPv4 address or one IPv6 /64. */
  readonly clientsPerAddress: number;
}

/** How many connections there are, and how many were turned away or cut. */
export interface TcpCounters {
  clients: number;
  refused: number;
  cut: number;
}

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export async function listenTcp(
  endpoint: Endpoint,
  onQuery: OnQuery,
  limits: TcpLimits,
  counters: TcpCounters,
): Promise<Listener> {
  const open = new Map<Socket, TcpConnection>();
  const clients = new Clients(limits, counters);
  const onCut = (): void => {
    counters.cut += 1;
  };
  // Half open: a client may end its side and wait for answers; see tcp-connection.ts.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const address = socket.remoteAddress;
    // Gone already, or one too many: nothing is promised to it yet, so it is cut without a word.
    if (address === undefined || !clients.enter(address)) {
      socket.destroy();
      return;
    }
    open.set(socket, new TcpConnection(socket, address, limits.idleMs, onQuery, onCut));
    socket.once('close', () => {
      open.delete(socket);
      clients.leave(address);
    });
  });
  const { address, port } = endpoint;
  // As for UDP: a port the system chooses is for nobody to share.
  const reusePort = port !== 0;
  server.listen({ host: address, port, reusePort, exclusive: true, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  // A connection that cannot be accepted, for want of file descriptors mostly. The next may find one.
  server.on('error', () => {
    counters.refused += 1;
  });
  return {
    endpoint: { address, port: portOf(server) },
    close: () => close(server, open),
  };
}

function portOf(server: Server): number {
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? 0 : bound.port;
}

async function close(server: Server, open: ReadonlyMap<Socket, TcpConnection>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const connection of open.values()) connection.finish();
  const late = setTimeout(() => {
    for (const socket of open.keys()) socket.destroy();
  }, CLOSE_MS);
  await closed;
  clearTimeout(late);
}
