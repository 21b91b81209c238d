/** A resolver on loopback that answers each query as the test has it, right or wrong, over UDP and TCP. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  streamDecode,
  streamEncode,
} from 'dns-packet';
import type { SocketAddress } from '../../runtime/base/net/socket-address.ts';
import { atEnd } from './at-end.ts';
import { freePort } from './ports.ts';
import { tcpServer } from './servers.ts';

export type Query = Pick<DecodedPacket, 'id' | 'questions' | 'additionals'>;
/** As it is encoded. */
export type Reply = Packet;

export interface FakeResolver extends SocketAddress {
  /** Queries as they came over UDP. */
  readonly queries: { readonly query: Query; readonly port: number; readonly octets: number }[];
}

/** `over` UDP it sends all packets that it is given, over TCP the first; packets may be octets. */
export async function fakeResolver(
  t: TestContext,
  replies: (query: Query, over: 'udp' | 'tcp', port: number) => readonly (Reply | Uint8Array)[],
): Promise<FakeResolver> {
  const address = '127.0.0.1';
  const port = await freePort();
  const queries: FakeResolver['queries'] = [];
  const socket = createSocket('udp4').bind(port, address);
  await once(socket, 'listening');
  atEnd(t, () => socket.close());
  socket.on('message', (packet, peer: RemoteInfo) => {
    const query = decode(packet);
    queries.push({ query, port: peer.port, octets: packet.length });
    for (const reply of replies(query, 'udp', peer.port))
      socket.send(reply instanceof Uint8Array ? reply : encode(reply), peer.port, peer.address);
  });
  await tcpServer(
    t,
    (connection) =>
      connection.once('data', (octets: Buffer) => {
        const [reply] = replies(streamDecode(octets), 'tcp', connection.remotePort ?? 0);
        if (reply !== undefined && !(reply instanceof Uint8Array)) connection.end(streamEncode(reply));
      }),
    port,
  );
  return { address, port, queries };
}

/** The reply to a query, with these answers. */
export function replyTo(
  { id = 0, questions = [] }: Query,
  answers: readonly Answer[] = [],
  flags = 0,
): Reply {
  return { type: 'response', id, questions, answers: [...answers], flags };
}
