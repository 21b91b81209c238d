/** Clients of a listener, one per transport, that send octets and wait for what comes back. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as http2Connect } from 'node:http2';
import { isIPv6, connect as netConnect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { noTransportCounts } from '../../runtime/answer/counting/stats.ts';
import type { Requester } from '../../runtime/answer/exchange.ts';
import { Networks } from '../../runtime/base/net/networks.ts';
import type { TlsSecrets } from '../../runtime/rpc/answer-settings.ts';
import type { Endpoint, Listener, OnQuery } from '../../runtime/transport/listener.ts';
import { Clients, type TcpCounters, type TcpLimits } from '../../runtime/transport/streams/clients.ts';
import { Credentials } from '../../runtime/transport/streams/credentials.ts';
import { listenHttps } from '../../runtime/transport/streams/https.ts';
import { listenTcp } from '../../runtime/transport/streams/tcp.ts';
import { listenTls } from '../../runtime/transport/streams/tls.ts';
import { Turns } from '../../runtime/transport/streams/turns.ts';
import { batchedUdp } from '../../runtime/transport/udp/batched-udp.ts';
import { loadSystemCalls } from '../../runtime/transport/udp/system-calls.ts';
import { listenUdp, type UdpCounters } from '../../runtime/transport/udp/udp.ts';
import type { ListenUdp } from '../../runtime/transport/udp/udp-sockets.ts';
import { MessageReader } from '../../runtime/wire/message-reader.ts';
import { atEnd } from '../support/at-end.ts';
import { createAuthority } from '../support/certificates.ts';

export const LOOPBACK: Endpoint = { address: '127.0.0.1', port: 0 };

/** The kinds of UDP socket there are here, and why there is no other. */
const calls = await loadSystemCalls();
export const UDP_KINDS: readonly { name: string; listen: ListenUdp; skip: string | false }[] = [
  { name: 'dgram', listen: listenUdp, skip: false },
  calls.ok
    ? { name: 'batched', listen: batchedUdp(calls.value), skip: false }
    : { name: 'batched', listen: listenUdp, skip: `no system calls here: ${calls.problem.kind}` },
];

/** What a client of any transport does. */
export interface Dialer {
  send(message: string): void;
  /** The next reply there is, or `undefined` once none can come. */
  next(): Promise<string | undefined>;
  /** So many replies, in the order they come. */
  take(count: number): Promise<(string | undefined)[]>;
  close(): void;
}

/** Starts listening for the length of a test, on a free port of 127.0.0.1. */
export async function udpListener(
  t: TestContext,
  listen: ListenUdp,
  onQuery: OnQuery,
  at: Endpoint = LOOPBACK,
): Promise<{ listener: Listener; counters: UdpCounters }> {
  const counters = { datagrams: 0, sendErrors: 0 };
  const listener = await listen(at, onQuery, counters);
  closeAfter(t, listener);
  return { listener, counters };
}

const authority = createAuthority();
/** Of all who speak TLS here, and what clients believe in. */
export const CA = authority.ca;
export const PATH = '/dns-query';

/** A new certificate for 127.0.0.1, and the key that tickets are made with. */
export function secrets(ticketKey: Buffer = Buffer.alloc(48, 1)): TlsSecrets {
  const { cert, key } = authority.issue('IP:127.0.0.1,IP:::1');
  return { certificate: cert, key, ticketKey: ticketKey.toString('base64') };
}

export const SECRETS = secrets();

/** The kinds of listener for streams. */
export type StreamKind = 'tcp' | 'tls' | 'https';

export interface StreamOptions extends Partial<TcpLimits> {
  readonly at?: Endpoint;
  readonly credentials?: Credentials;
  readonly proxies?: readonly string[];
}

/** As {@link udpListener}, with limits that no test meets unless it sets them. */
export async function streamListener(
  t: TestContext,
  kind: StreamKind,
  onQuery: OnQuery,
  { at = LOOPBACK, credentials = new Credentials(SECRETS), proxies = [], ...limits }: StreamOptions = {},
): Promise<{ listener: Listener; counters: TcpCounters }> {
  const counters = noTransportCounts();
  const roomy = { idleMs: 60_000, clients: 1000, clientsPerAddress: 1000, ...limits };
  const parts = {
    clients: new Clients(roomy, counters),
    proxies: new Networks(proxies),
    turns: new Turns(counters),
  };
  const opening = {
    tcp: () => listenTcp(at, onQuery, parts),
    tls: () => listenTls(at, onQuery, credentials, parts),
    https: () => listenHttps({ ...at, path: PATH }, onQuery, credentials, parts),
  };
  const listener = await opening[kind]();
  closeAfter(t, listener);
  // Their timers go with them; those of one test must not be there when the next one mocks clearTimeout.
  atEnd(t, async () => {
    while (counters.clients > 0) await nextTurn();
  });
  return { listener, counters };
}

/** Closing is once: tests that close a listener themselves are left alone. */
function closeAfter(t: TestContext, listener: Listener): void {
  let isClosed = false;
  const close = listener.close.bind(listener);
  listener.close = (...lingering) => {
    isClosed = true;
    return close(...lingering);
  };
  atEnd(t, () => (isClosed ? undefined : close()));
}

/** Answers at once with what it was asked. */
export const echo: OnQuery = (packet, requester) => {
  requester.reply(packet);
  return true;
};

/** Holds queries back until told to answer. */
export class Holder {
  readonly held: { readonly text: string; readonly requester: Requester }[] = [];
  #onHeld: (() => void) | undefined;

  readonly onQuery: OnQuery = (packet, requester) => {
    this.held.push({ text: Buffer.from(packet).toString('latin1'), requester });
    this.#onHeld?.();
    return true;
  };

  /** Resolves once so many are held. */
  async holds(count: number): Promise<void> {
    while (this.held.length < count) {
      await new Promise<void>((resolve) => {
        this.#onHeld = resolve;
      });
    }
  }

  /** Answers those held, by default all and oldest first, each with its question. */
  answer(order: (held: Holder['held']) => Holder['held'] = (held) => held): void {
    for (const { text, requester } of order(this.held.splice(0))) {
      requester.reply(Buffer.from(text, 'latin1'));
    }
  }
}

/** Replies as they come, and those who wait for one. */
class Inbox {
  readonly #messages: string[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  put(message: Buffer): void {
    this.#messages.push(message.toString('latin1'));
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async next(): Promise<string | undefined> {
    while (this.#messages.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }

  async take(count: number): Promise<(string | undefined)[]> {
    const taken: (string | undefined)[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }
}

export class UdpDialer extends Inbox implements Dialer {
  readonly socket: DatagramSocket;
  #isClosed = false;

  constructor(socket: DatagramSocket) {
    super();
    this.socket = socket;
    socket.on('message', (packet) => this.put(packet));
  }

  send(message: string): void {
    this.socket.send(Buffer.from(message, 'latin1'));
  }

  close(): void {
    if (!this.#isClosed) this.socket.close();
    this.#isClosed = true;
    this.end();
  }
}

export class TcpDialer extends Inbox implements Dialer {
  readonly socket: Socket;
  readonly #transport: Socket;

  /** `transport` is what is inside TLS, or the same. */
  constructor(socket: Socket, transport = socket) {
    super();
    this.socket = socket;
    this.#transport = transport;
    const reader = new MessageReader();
    socket.on('data', (chunk: Buffer) => {
      reader.append(chunk);
      for (let message = reader.next(); message !== undefined; message = reader.next()) this.put(message);
    });
    socket.on('error', () => {});
    socket.on('end', () => this.end());
    socket.on('close', () => this.end());
  }

  send(...messages: string[]): void {
    this.socket.write(framed(...messages));
  }

  /** Ends it as a program does that is killed. */
  reset(): void {
    this.#transport.resetAndDestroy();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Each message is a POST of its own; replies come as bodies, and other statuses as texts: `status 404`. */
export class HttpsDialer extends Inbox implements Dialer {
  readonly session: ClientHttp2Session;

  constructor(session: ClientHttp2Session) {
    super();
    this.session = session;
    session.on('error', () => {});
    session.on('close', () => this.end());
  }

  send(message: string): void {
    this.ask({ ':method': 'POST', 'content-type': 'application/dns-message' }, message);
  }

  /** Any request; the body is left out for GET. */
  ask(headers: Readonly<Record<string, string>>, message?: string): void {
    const stream = this.session.request({ ':path': PATH, ...headers }, { endStream: message === undefined });
    let status = 0;
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('response', (response) => {
      status = response[':status'] ?? 0;
      if (status !== 200) this.put(Buffer.from(`status ${status}`));
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (status === 200) this.put(Buffer.concat(chunks));
    });
    if (message !== undefined) stream.end(Buffer.from(message, 'latin1'));
  }

  close(): void {
    this.session.destroy();
  }
}

/** Messages as they travel over TCP. */
export function framed(...messages: string[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [
      Buffer.of(message.length >> 8, message.length & 0xff),
      Buffer.from(message, 'latin1'),
    ]),
  );
}

export async function dialUdp(t: TestContext, { address, port }: Endpoint): Promise<UdpDialer> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // A port nobody listens on answers with an ICMP error: no reply, like others.
  socket.on('error', () => {});
  socket.connect(port, address);
  await once(socket, 'connect');
  const dialer = new UdpDialer(socket);
  atEnd(t, () => dialer.close());
  return dialer;
}

export async function dialTcp(t: TestContext, { address, port }: Endpoint): Promise<TcpDialer> {
  // Half open, so that a test decides itself when its side ends.
  const socket = netConnect({ port, host: address, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  atEnd(t, () => socket.destroy());
  return new TcpDialer(socket);
}

/** Connections that carry messages as TCP does. */
export const STREAM_KINDS = [
  { kind: 'tcp', dial: dialTcp },
  { kind: 'tls', dial: dialTls },
] as const;

/** A connection that is secured, or was turned away. */
export async function dialTls(
  t: TestContext,
  { address, port }: Endpoint,
  options: ConnectionOptions = {},
): Promise<TcpDialer & { readonly socket: TLSSocket }> {
  const inner = netConnect({ port, host: address, noDelay: true, allowHalfOpen: true });
  const socket = tlsConnect({ socket: inner, host: address, ca: CA, ALPNProtocols: ['dot'], ...options });
  atEnd(t, () => socket.destroy());
  const dialer = new TcpDialer(socket, inner) as TcpDialer & { readonly socket: TLSSocket };
  // Whether it comes to be secured or not.
  await once(socket, 'secureConnect').catch(() => {});
  return dialer;
}

export async function dialHttps(t: TestContext, { address, port }: Endpoint): Promise<HttpsDialer> {
  const host = isIPv6(address) ? `[${address}]` : address;
  const session = http2Connect(`https://${host}:${port}`, { ca: CA });
  atEnd(t, () => session.destroy());
  await once(session, 'remoteSettings');
  return new HttpsDialer(session);
}
