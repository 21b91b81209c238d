/**
 * DNS over HTTPS (RFC 8484), in HTTP/2 only: RFC 8484 §5.2 recommends no less, and a client of HTTP/1.1 could
 * ask one query at a time. What happens inside a connection is in https-connection.ts.
 */
import { createSecureServer, type SecureServerOptions } from 'node:http2';
import type { Listener, ListenPlace, OnQuery } from '../listener.ts';
import type { Credentials } from './credentials.ts';
import { Handshakes } from './handshakes.ts';
import { HttpsConnection } from './https-connection.ts';
import { listenStreams, type StreamParts } from './streams.ts';

/** Bounds on what one client may take. */
const LIMITS: SecureServerOptions = {
  // RFC 9113 §6.5.2 recommends 100 streams. One read may open so many, which takes the loop ten milliseconds
  // and more before our code runs, and a client that looks up names has few at a time.
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16_384 },
  /** Megabytes of one session, most of which are answers that the client does not read. */
  maxSessionMemory: 10,
  maxHeaderListPairs: 64,
  maxSessionInvalidFrames: 10,
  // Resets at once, and per second from then on: a client that gives up more streams is disconnected
  // (CVE-2023-44487). https-connection.ts bounds how many of them come in one turn.
  streamResetBurst: 96,
  streamResetRate: 20,
};

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export function listenHttps(
  endpoint: ListenPlace & { readonly path: string },
  onQuery: OnQuery,
  credentials: Credentials,
  parts: StreamParts,
): Promise<Listener> {
  const server = createSecureServer({
    ...LIMITS,
    ...credentials.options,
    allowHTTP1: false,
  });
  credentials.onChange(() => server.setSecureContext(credentials.options));
  const handshakes = new Handshakes(server, parts);
  server.on('session', (session) => {
    const handshake = handshakes.of(session.socket);
    if (handshake === undefined) session.destroy();
    else handshake.become(new HttpsConnection(session, handshake.seat, endpoint.path, onQuery, parts));
  });
  return listenStreams(
    'https',
    endpoint,
    (socket, seat, inflow) => handshakes.begin(socket, seat, inflow),
    parts,
  );
}
