/** DNS over TCP (RFC 7766). What happens inside a connection is in tcp-connection.ts. */
import type { Listener, ListenPlace, OnQuery } from '../listener.ts';
import { listenStreams, type StreamParts } from './streams.ts';
import { TcpConnection } from './tcp-connection.ts';

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export function listenTcp(endpoint: ListenPlace, onQuery: OnQuery, parts: StreamParts): Promise<Listener> {
  return listenStreams(
    'tcp',
    endpoint,
    (socket, seat, inflow) => new TcpConnection('tcp', socket, seat, onQuery, parts, inflow),
    parts,
  );
}
