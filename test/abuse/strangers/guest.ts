/** Connections to a server, for those who ask and for those who flood. */
import { connect, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import dnsPacket from 'dns-packet';
import { MessageReader } from '../../../runtime/wire/message-reader.ts';
import type { Target } from './stranger.ts';

/** A client without an answer by then has none. */
const PATIENCE_MS = 4000;

/** One query for TXT, behind its length. */
export function query(name: string, id = 1): Buffer {
  return dnsPacket.streamEncode({ type: 'query', id, questions: [{ type: 'TXT', name }] });
}

/** So many times the same. */
export function repeated(message: Buffer, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => message));
}

/** A connection from one of so many addresses. Who is turned away, or cut, does not mind. */
export function dial(port: number, index = 0, addresses = 4): Socket {
  const socket = connect({
    port,
    host: '127.0.0.1',
    localAddress: `127.0.1.${1 + (index % addresses)}`,
    noDelay: true,
  });
  return socket.on('error', () => {});
}

/** The same, with TLS; `protocol` is what ALPN offers. */
export function dialTls(port: number, index = 0, protocol = 'dot', addresses = 4): TLSSocket {
  const options = {
    socket: dial(port, index, addresses),
    rejectUnauthorized: false,
    ALPNProtocols: [protocol],
  };
  return tlsConnect(options).on('error', () => {});
}

/** What comes again, and begins anew, whenever the server sends it away: a connection for HTTP/2. */
export function haunt(port: number, index: number, begin: (socket: TLSSocket) => void): void {
  const socket = dialTls(port, index, 'h2').resume();
  socket.on('secureConnect', () => begin(socket));
  socket.on('close', () => setTimeout(haunt, 10, port, index, begin));
}

/** Writes the same again and again, as fast as it is taken. */
export function pour(socket: Socket, chunk: Buffer): void {
  const push = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', push);
  push();
}

/** Somebody who comes, asks and goes. */
export const Guest = {
  /** `answered`, or what came in place of an answer. */
  ask(over: 'tcp' | 'tls', target: Target): Promise<string> {
    const inner = connect({
      port: over === 'tcp' ? target.port : target.tlsPort,
      host: '127.0.0.1',
      noDelay: true,
    });
    const socket =
      over === 'tcp'
        ? inner
        : tlsConnect({ socket: inner, rejectUnauthorized: false, ALPNProtocols: ['dot'] });
    return new Promise((resolve) => {
      const end = (outcome: string): void => {
        clearTimeout(timer);
        resolve(outcome);
        socket.destroy();
      };
      const timer = setTimeout(() => end('nothing'), PATIENCE_MS);
      const reader = new MessageReader();
      inner.on('error', (error) => end(error.message));
      socket.on('error', (error) => end(error.message));
      socket.on('close', () => end('closed'));
      socket.on('data', (chunk: Buffer) => {
        reader.append(chunk);
        const message = reader.next();
        if (message === undefined) return;
        const { answers = [] } = dnsPacket.decode(message);
        end(answers.length === 1 ? 'answered' : `${answers.length} records`);
      });
      socket.write(query('www.static.example'));
    });
  },
};
