/**
 * The connections of the admin server. A client that keeps many open, sends slowly or does not read its
 * responses keeps no other client out: where there are too many connections, the longest idle one is closed,
 * and a prober is served.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import type { Socket } from 'node:net';

/** Connections at a time. */
const MOST = 256;
/** Milliseconds without an octet in either direction, after which a connection is closed. */
const IDLE_MS = 10_000;

/**
 * What one client may take: time for headers and for a request, octets of headers, and how many requests on a
 * connection.
 */
const REQUEST_LIMITS = {
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 5_000,
  // By default Node looks only every half minute for clients that take too long.
  connectionsCheckingInterval: 500,
  maxHeaderSize: 8192,
} as const satisfies ServerOptions;

/** A server that keeps its connections within bounds. */
export function createBoundedServer(serve: RequestListener, most: number = MOST): Server {
  /** The request that is under way on each connection, in the order of their last requests. */
  const connections = new Map<Socket, IncomingMessage | undefined>();
  const server = createServer(REQUEST_LIMITS, (request, response) => {
    const { socket } = request;
    // One request at a time: a client that sends more ahead of the responses is no browser, prober or
    // scraper.
    if (!connections.has(socket) || connections.get(socket) !== undefined) {
      socket.destroy();
      return;
    }
    note(connections, socket, request);
    response.once('close', () => note(connections, socket, undefined));
    serve(request, response);
  });
  server.timeout = IDLE_MS;
  server.maxRequestsPerSocket = 1000;
  server.on('connection', (socket) => {
    if (connections.size >= most) longestIdle(connections)?.destroy();
    connections.set(socket, undefined);
    socket.once('close', () => connections.delete(socket));
  });
  return server;
}

type Connections = Map<Socket, IncomingMessage | undefined>;

function note(connections: Connections, socket: Socket, underWay: IncomingMessage | undefined): void {
  if (!connections.delete(socket)) return;
  connections.set(socket, underWay);
}

/**
 * The connection whose last request is oldest, of those without one under way if there are any, else of those whose
 * request is still coming. If all are being served, their clients do not read.
 */
function longestIdle(connections: ReadonlyMap<Socket, IncomingMessage | undefined>): Socket | undefined {
  for (const [socket, underWay] of connections) if (underWay === undefined) return socket;
  for (const [socket, underWay] of connections) if (underWay?.complete === false) return socket;
  const [[first] = []] = connections;
  return first;
}
