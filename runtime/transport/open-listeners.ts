/** Opens every address for its transports, or says what prevents that and what to do. */
import { assert } from '../base/assert.ts';
import { Networks } from '../base/net/networks.ts';
import type { SocketAddress } from '../base/net/socket-address.ts';
import type { AnswerSettings, SocketPlace } from '../rpc/answer-settings.ts';
import type { Transport } from '../wire/transport.ts';
import type { Listener, OnQuery } from './listener.ts';
import { cannotListen } from './sockets/cannot-listen.ts';
import { descriptorsNow, fitLimits } from './sockets/descriptors.ts';
import { Clients, type TcpCounters, type TcpLimits } from './streams/clients.ts';
import type { Credentials } from './streams/credentials.ts';
import { listenHttps } from './streams/https.ts';
import { proxied } from './streams/proxied.ts';
import type { StreamParts } from './streams/streams.ts';
import { listenTcp } from './streams/tcp.ts';
import { listenTls } from './streams/tls.ts';
import { Turns } from './streams/turns.ts';
import type { UdpCounters } from './udp/udp.ts';
import type { ListenUdp } from './udp/udp-sockets.ts';

/** Attempts to find one port that is free for both transports, where the system chooses it. */
const PORT_ATTEMPTS = 10;

type ListenSettings = Pick<AnswerSettings, 'listen' | 'tls' | 'https' | 'tcp' | 'proxies'>;

export interface ListenParts {
  readonly listenUdp: ListenUdp;
  readonly onQuery: OnQuery;
  readonly counters: UdpCounters & TcpCounters;
  /** Called with a warning if there can be fewer connections than the settings allow. */
  readonly onFewer?: (warning: string) => void;
  /** The certificate and keys for TLS and HTTPS. */
  readonly credentials: Credentials | undefined;
}

/**
 * Opens all addresses, or none: each address of `listen` for UDP and TCP, each other one for its transport.
 * @throws {DnsteerError} `START`, with the remedy.
 */
export async function openListeners(
  settings: ListenSettings,
  parts: ListenParts,
  { tcp, tls, https: secure }: StreamsParts = streamParts(settings, parts),
): Promise<Listener[]> {
  const { onQuery, credentials } = parts;
  const listeners: Listener[] = [];
  try {
    for (const at of settings.listen) listeners.push(...(await openBoth(at, parts, tcp)));
    if (credentials === undefined) return listeners;
    for (const at of settings.tls.listen)
      listeners.push(await explained(listenTls(at, onQuery, credentials, tls), 'tls', at));
    const { listen, path } = settings.https;
    for (const at of listen)
      listeners.push(
        await explained(listenHttps({ ...at, path }, onQuery, credentials, secure), 'https', at),
      );
    return listeners;
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }
}

/**
 * How many times `tcp.clients` connections there may be: once for each transport, and, where there are
 * proxies, once for each listener, for connections whose client the proxy has not named yet.
 */
function connectionsIn({ listen, tls, https, proxies }: ListenSettings): number {
  const transports = [listen, tls.listen, https.listen].filter((each) => each.length > 0);
  return transports.length + (proxies.length > 0 ? transports.flat().length : 0);
}

/** What the listeners for streams share, whenever each of them is opened. */
export type StreamsParts = Readonly<Record<Exclude<Transport, 'udp'>, StreamParts>>;

export function streamParts(settings: ListenSettings, { counters, onFewer }: ListenParts): StreamsParts {
  const proxies = new Networks(settings.proxies);
  const limits = limitsOf(settings, onFewer);
  const turns = new Turns(counters);
  // Each transport counts its own connections: clients without TLS take no place from clients with TLS.
  const streams = (): StreamParts => ({ clients: new Clients(limits, counters), proxies, turns });
  return { tcp: streams(), tls: streams(), https: streams() };
}

/** Puts other limits in force for connections that come from now on, and other proxies. */
export function limitStreams(
  streams: StreamsParts,
  settings: ListenSettings,
  onFewer: ListenParts['onFewer'],
): void {
  const limits = limitsOf(settings, onFewer);
  for (const { clients, proxies } of Object.values(streams)) {
    clients.limits = limits;
    proxies.use(settings.proxies);
  }
}

function limitsOf(settings: ListenSettings, onFewer: ListenParts['onFewer']): TcpLimits {
  const { limits, warning } = fitLimits(settings.tcp, connectionsIn(settings), descriptorsNow());
  if (warning !== undefined) onFewer?.(warning);
  return limits;
}

/**
 * Listens on sockets that are bound already, on all or none; the listeners own them from then on.
 * @throws The system's error.
 */
export async function openHeld(
  sockets: readonly (SocketPlace & { readonly descriptor: number })[],
  path: string,
  parts: ListenParts,
  streams: StreamsParts,
): Promise<Listener[]> {
  const { counters, onQuery, credentials, listenUdp } = parts;
  const onDatagram = proxied(onQuery, streams.tcp.proxies, counters);
  const opened = await Promise.allSettled(
    sockets.map(async (at) => {
      if (at.transport === 'udp') return listenUdp(at, onDatagram, counters);
      if (at.transport === 'tcp') return listenTcp(at, onQuery, streams.tcp);
      assert(credentials !== undefined, 'control sends the secrets before sockets for TLS');
      if (at.transport === 'tls') return listenTls(at, onQuery, credentials, streams.tls);
      return listenHttps({ ...at, path }, onQuery, credentials, streams.https);
    }),
  );
  const listeners = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed === undefined) return listeners;
  await Promise.all(listeners.map((listener) => listener.close()));
  throw failed.reason;
}

/** Opens UDP and TCP on one port: RFC 7766 §5 requires TCP beside UDP. */
async function openBoth(at: SocketAddress, parts: ListenParts, streams: StreamParts): Promise<Listener[]> {
  const { listenUdp, counters, onQuery } = parts;
  const onDatagram = proxied(onQuery, streams.proxies, counters);
  for (let attempt = 1; ; attempt += 1) {
    const udp = await explained(listenUdp(at, onDatagram, counters), 'udp', at);
    const { port } = udp.endpoint;
    try {
      return [udp, await explained(listenTcp({ ...at, port }, onQuery, streams), 'tcp', { ...at, port })];
    } catch (error) {
      await udp.close();
      if (at.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function explained<T>(opening: Promise<T>, transport: Transport, at: SocketAddress): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw cannotListen(error, transport, at);
  }
}
