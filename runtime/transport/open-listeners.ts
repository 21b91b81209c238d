/** Opens every address for UDP and TCP, or says what keeps it from being opened and what to do. */
import { DnsteerError } from '../base/errors.ts';
import { type SocketAddress, socketAddressToText } from '../base/socket-address.ts';
import type { AnswerSettings, Transport } from '../rpc/control-protocol.ts';
import type { Listener, OnQuery } from './listener.ts';
import { listenTcp, type TcpCounters } from './tcp.ts';
import type { UdpCounters } from './udp.ts';
import type { ListenUdp } from './udp-sockets.ts';

/** Attempts to find one port that is free for both transports, where the system is to choose it. */
const PORT_ATTEMPTS = 10;

/**
 * Opens all addresses, or none; for each there is a listener for UDP and one for TCP.
 * @throws {DnsteerError} `START`, with the remedy.
 */
export async function openListeners(
  settings: Pick<AnswerSettings, 'listen' | 'tcp'>,
  listenUdp: ListenUdp,
  onQuery: OnQuery,
  counters: UdpCounters & TcpCounters,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  try {
    for (const at of settings.listen)
      listeners.push(...(await openBoth(at, listenUdp, settings.tcp, onQuery, counters)));
    return listeners;
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }
}

/** Both transports on one port: RFC 7766 §5 has no server without TCP. */
async function openBoth(
  at: SocketAddress,
  listenUdp: ListenUdp,
  limits: AnswerSettings['tcp'],
  onQuery: OnQuery,
  counters: UdpCounters & TcpCounters,
): Promise<Listener[]> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await explained(listenUdp(at, onQuery, counters), 'udp', at);
    const { port } = udp.endpoint;
    try {
      return [
        udp,
        await explained(listenTcp({ ...at, port }, onQuery, limits, counters), 'tcp', { ...at, port }),
      ];
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
    const { code, message } = error as NodeJS.ErrnoException;
    const where = `Cannot listen on ${socketAddressToText(at)} (${transport})`;
    throw new DnsteerError('START', `${where}: ${REMEDIES.get(code ?? '') ?? message}`, { cause: error });
  }
}

const REMEDIES = new Map([
  ['EADDRINUSE', 'another program uses this address. Stop it, or choose another address with "listen"'],
  [
    'EACCES',
    'ports below 1024 need a right that this process does not have. Grant CAP_NET_BIND_SERVICE, start as root with "user" set, or choose another port with "listen"',
  ],
  ['EADDRNOTAVAIL', 'this machine has no such address. Choose another with "listen"'],
]);
