/**
 * DNS over TLS (RFC 7858): the same messages as over TCP, inside TLS, and the same connection for both.
 *
 * A client that offers ALPN protocols must offer `dot` (RFC 7858 §7.2 asks for none, the registry of ALPN has
 * this one), or it meant another server (RFC 7301 §3.2).
 */
import { createServer } from 'node:tls';
import type { Listener, ListenPlace, OnQuery } from '../listener.ts';
import type { Credentials } from './credentials.ts';
import { Handshakes } from './handshakes.ts';
import { listenStreams, type StreamParts } from './streams.ts';
import { TcpConnection } from './tcp-connection.ts';

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export function listenTls(
  endpoint: ListenPlace,
  onQuery: OnQuery,
  credentials: Credentials,
  parts: StreamParts,
): Promise<Listener> {
  const server = createServer({ ...credentials.options, ALPNProtocols: ['dot'] });
  credentials.onChange(() => server.setSecureContext(credentials.options));
  const handshakes = new Handshakes(server, parts);
  server.on('secureConnection', (socket) => {
    // A client's fault after the handshake ends the connection.
    socket.on('error', () => socket.destroy());
    // RFC 7766 §6.2.4, as over TCP: a client may end its side and wait for answers.
    socket.allowHalfOpen = true;
    const handshake = handshakes.of(socket);
    if (handshake === undefined) socket.destroy();
    else handshake.become(new TcpConnection('tls', socket, handshake.seat, onQuery, parts, handshake.inflow));
  });
  return listenStreams(
    'tls',
    endpoint,
    (socket, seat, inflow) => handshakes.begin(socket, seat, inflow),
    parts,
  );
}
