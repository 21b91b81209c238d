/**
 * DNS over UDP (RFC 1035 §4.2.1), through node:dgram.
 *
 * Each process has a socket of its own at the shared address (SO_REUSEPORT), so the kernel spreads
 * clients over processes and none wakes another.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { TransportCounts } from '../../answer/counting/stats.ts';
import type { Requester } from '../../answer/exchange.ts';
import { foreignWork } from '../../base/loop/foreign-work.ts';
import { loop } from '../../base/loop/loop-watch.ts';
import { localOf } from '../../base/net/socket-address.ts';
import { within } from '../../base/within.ts';
import { CLOSE_MS, type Endpoint, type Listener, type ListenPlace, type OnQuery } from '../listener.ts';

/** The counters of datagrams received, and of replies that could not be sent. */
export type UdpCounters = Pick<TransportCounts, 'datagrams' | 'sendErrors'>;

/**
 * Octets of queries that the kernel keeps while this process computes: some 40 000 queries. It may grant less
 * (rmem_max).
 */
export const BUFFER_OCTETS = 4 << 20;

const DATAGRAM = foreignWork({
  name: 'datagram',
  cause: 'stranger',
  kind: 'metered',
  milliseconds: 1,
  octets: 65_536,
});

/** @throws The system's error (`EADDRINUSE`, `EACCES`), if the address cannot be listened on. */
export async function listenUdp(
  endpoint: ListenPlace,
  onQuery: OnQuery,
  counters: UdpCounters,
): Promise<Listener> {
  const socket = await bind(endpoint);
  enlargeReceiveBuffer(socket);
  return new UdpListener(socket, onQuery, counters);
}

class UdpListener implements Listener {
  readonly transport = 'udp';
  readonly endpoint: Endpoint;
  readonly local: string | undefined;
  readonly #socket: Socket;
  readonly #onQuery: OnQuery;
  readonly #counters: UdpCounters;
  /** Queries whose reply is not with the kernel yet. */
  #pending = 0;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(socket: Socket, onQuery: OnQuery, counters: UdpCounters) {
    const { address, port } = socket.address();
    this.endpoint = { address, port };
    this.local = localOf(address);
    this.#socket = socket;
    this.#onQuery = onQuery;
    this.#counters = counters;
    socket.on('message', (packet, sender) => this.#receive(packet, sender));
    // This is an ICMP error about an earlier reply: its receiver is gone, the socket is well.
    socket.on('error', () => {
      counters.sendErrors += 1;
    });
  }

  send(response: Uint8Array, receiver: RemoteInfo): void {
    if (this.#closed) return;
    // A copy is sent: the kernel may take the octets later, when the caller's buffer holds the next response.
    this.#socket.send(Buffer.from(response), receiver.port, receiver.address, this.#onSent);
  }

  /**
   * Queries are still answered until the last reply is out: no other process would read them from this
   * socket.
   */
  async close(): Promise<void> {
    if (this.#pending > 0) await within(CLOSE_MS, this.#drained());
    this.#closed = true;
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #receive(packet: Uint8Array, sender: RemoteInfo): void {
    // RFC 768: a sender without a port wants no reply. Nothing could be sent to it either.
    this.#counters.datagrams += 1;
    if (sender.port === 0) return;
    this.#pending += 1;
    const isMarked = loop.begin(DATAGRAM);
    if (!this.#onQuery(packet, new UdpRequester(this, sender))) this.#settle();
    if (isMarked) loop.end();
  }

  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#counters.sendErrors += 1;
    this.#settle();
  };

  #settle(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#onDrained?.();
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }
}

/** The sender of one datagram. RFC 1035 §4.2.1: the reply goes from the port asked to the port that asked. */
class UdpRequester implements Requester {
  readonly transport = 'udp';
  readonly #listener: UdpListener;
  readonly #sender: RemoteInfo;

  constructor(listener: UdpListener, sender: RemoteInfo) {
    this.#listener = listener;
    this.#sender = sender;
  }

  get address(): string {
    return this.#sender.address;
  }

  get local(): string | undefined {
    return this.#listener.local;
  }

  reply(response: Uint8Array): void {
    this.#listener.send(response, this.#sender);
  }
}

async function bind({ address, port, descriptor }: ListenPlace): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // A port that the system chooses is not shared: otherwise it could choose the port of another shared
    // socket.
    reusePort: port !== 0,
    ipv6Only: family === 6,
    // Addresses come from datagrams and are never names: a lookup would cost a turn of the event loop each.
    lookup: (address, _options, done) => done(null, address, family),
  });
  // Without a lookup to wait for, bind() reports before it returns.
  const listening = once(socket, 'listening');
  if (descriptor === undefined) socket.bind({ address, port, exclusive: true });
  else socket.bind({ fd: descriptor });
  try {
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_OCTETS);
  } catch {
    // A smaller buffer loses queries a little earlier under overload, nothing else.
  }
}
