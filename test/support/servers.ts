/** Servers on loopback that a test starts and that end with it, for whatever probes or dials. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** The parts of a test's context that end things with it: `t` or, for a whole file, `{ after }`. */
export type Scope = Pick<TestContext, 'after'>;

/** Accepts connections, at any port unless one is given, and does with each what it is told, by default nothing; returns the port. */
export async function tcpServer(
  scope: Scope,
  serve: (socket: net.Socket) => void = () => {},
  port = 0,
): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    serve(socket);
  });
  scope.after(async () => {
    for (const socket of sockets) socket.destroy();
    await closed(server);
  });
  return listening(server, port);
}

/** Answers HTTP requests, by default with 200; returns the port. */
export async function httpServer(
  scope: Scope,
  serve: http.RequestListener = (_, response) => response.end('ok'),
): Promise<number> {
  const server = http.createServer(serve);
  scope.after(async () => {
    server.closeAllConnections();
    await closed(server);
  });
  return listening(server);
}

/** Answers HTTPS requests, by default with 200; returns the port. */
export async function httpsServer(
  scope: Scope,
  options: https.ServerOptions,
  serve: http.RequestListener = (_, response) => response.end('ok'),
): Promise<number> {
  const server = https.createServer(options, serve);
  // A client that dislikes the certificate is no error of the test's.
  server.on('tlsClientError', () => {});
  scope.after(async () => {
    server.closeAllConnections();
    await closed(server);
  });
  return listening(server);
}

/** A port of 127.0.0.1 that refuses connections. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listening(server);
  await closed(server);
  return port;
}

async function listening(server: net.Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: net.Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
