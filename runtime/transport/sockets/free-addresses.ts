/**
 * Checks that addresses are free. Our own processes share theirs (SO_REUSEPORT), and the system would let a
 * second server of the same user share them as well: it would answer half of the queries, and neither server
 * would know.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { SocketAddress } from '../../base/net/socket-address.ts';
import type { Transport } from '../../wire/transport.ts';
import { cannotListen } from './cannot-listen.ts';
import type { Addresses } from './held-sockets.ts';

/** @throws {DnsteerError} `START`, with the remedy, if a program listens on an address, or none could. */
export async function checkAddresses({ listen, tls, https }: Addresses): Promise<void> {
  for (const at of listen) {
    await tried('udp', at, tryUdp);
    await tried('tcp', at, tryTcp);
  }
  for (const at of tls.listen) await tried('tls', at, tryTcp);
  for (const at of https.listen) await tried('https', at, tryTcp);
}

/** The addresses that are not among `others`: those are in use by a server that shares them with ours. */
export function beyond(addresses: Addresses, others: Addresses): Addresses {
  const rest = (own: readonly SocketAddress[], theirs: readonly SocketAddress[]): SocketAddress[] =>
    own.filter((at) => !theirs.some((other) => isDeepStrictEqual(at, other)));
  return {
    listen: rest(addresses.listen, others.listen),
    tls: { listen: rest(addresses.tls.listen, others.tls.listen) },
    https: { ...addresses.https, listen: rest(addresses.https.listen, others.https.listen) },
  };
}

async function tried(
  transport: Transport,
  at: SocketAddress,
  attempt: (at: SocketAddress) => Promise<void>,
): Promise<void> {
  // A port that the system chooses is free.
  if (at.port === 0) return;
  try {
    await attempt(at);
  } catch (error) {
    throw cannotListen(error, transport, at);
  }
}

async function tryUdp({ address, port }: SocketAddress): Promise<void> {
  const isVersion6 = isIPv6(address);
  const socket = createSocket({ type: isVersion6 ? 'udp6' : 'udp4', ipv6Only: isVersion6 });
  const listening = once(socket, 'listening');
  socket.bind({ address, port, exclusive: true });
  try {
    await listening;
  } finally {
    socket.close();
  }
}

async function tryTcp({ address, port }: SocketAddress): Promise<void> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen({ host: address, port, exclusive: true, ipv6Only: isIPv6(address) });
  await listening;
  server.close();
  await once(server, 'close');
}
