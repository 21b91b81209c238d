/**
 * DNS over HTTPS (RFC 8484), in HTTP/2 only: RFC 8484 §5.2 recommends no less, and a client of HTTP/1.1 could
 * ask one query at a time. What happens inside a connection is in https-connection.ts.
 */
import { performServerHandshake, type SecureServerOptions } from 'node:http2';
import { createServer } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import type { Listener, ListenPlace, OnQuery } from '../listener.ts';
import type { Credentials } from './credentials.ts';
import { Handshakes } from './handshakes.ts';
import { Http2Inlet } from './http2-inlet.ts';
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

/**
 * How much the heap grows before V8 collects all of it, in percent; it may double and more otherwise. What one stream
 * leaves takes V8 microseconds, in one go with all the others: after thousands that were given up, 40 ms and more.
 */
const HEAP_GROWTH = '--heap-growing-percent=20';

/** To clients of older versions, which do not name a protocol in their handshake. */
const NO_HTTP2 = 'HTTP/1.0 403 Forbidden\r\nContent-Type: text/plain\r\n\r\nHere is HTTP/2 only.\n';

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export function listenHttps(
  endpoint: ListenPlace & { readonly path: string },
  onQuery: OnQuery,
  credentials: Credentials,
  parts: StreamParts,
): Promise<Listener> {
  setFlagsFromString(HEAP_GROWTH);
  const server = createServer({ ...credentials.options, ALPNProtocols: ['h2'] });
  credentials.onChange(() => server.setSecureContext(credentials.options));
  const handshakes = new Handshakes(server, parts);
  server.on('secureConnection', (socket) => {
    // A client's fault after the handshake ends the connection.
    socket.on('error', () => socket.destroy());
    const handshake = handshakes.of(socket);
    if (handshake === undefined) {
      socket.destroy();
      return;
    }
    if (socket.alpnProtocol !== 'h2') {
      socket.end(NO_HTTP2);
      return;
    }
    const inlet = new Http2Inlet(socket, handshake.inflow);
    const session = performServerHandshake(inlet, LIMITS);
    handshake.become(new HttpsConnection(session, inlet, handshake.seat, endpoint.path, onQuery, parts));
  });
  return listenStreams(
    'https',
    endpoint,
    (socket, seat, inflow) => handshakes.begin(socket, seat, inflow),
    parts,
  );
}
