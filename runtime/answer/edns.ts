/**
 * EDNS in both directions: how large the answer may be, and the OPT record it carries.
 *
 * RFC 6891 §6.2 (sizes), RFC 9715 (why ours is 1232), RFC 7871 §7.2 (client subnet), RFC 8914, RFC 5001,
 * RFC 7828 (idle connections), RFC 7830 (padding).
 */

import type { Transport } from '../rpc/control-protocol.ts';
import type { ClientSubnet } from '../wire/client-subnet.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { type ClientSubnetReply, type ExtendedError, nsidRoom } from '../wire/opt.ts';
import { MIN_UDP_SIZE, type Query } from '../wire/query.ts';
import type { Exchange } from './exchange.ts';
import type { Parts } from './parts.ts';
import type { Verdict } from './pipeline.ts';

/** RFC 1035 §4.2.2: two octets hold the length. */
const MAX_TCP_SIZE = 0xffff;
/** RFC 8467 §4.1: what servers pad to. */
const PADDING_BLOCK = 468;

/** Opens the reply at the size both sides can take. */
export function edns(exchange: Exchange, parts: Parts): Verdict {
  const { packet, query, requester, writer } = exchange;
  const limit = requester.transport === 'udp' ? udpLimit(query, parts.settings.udpPayloadSize) : MAX_TCP_SIZE;
  const nsid = query.asksNsid ? parts.settings.identity?.name : undefined;
  writer.begin(packet, query, limit, nsid === undefined ? 0 : nsidRoom(nsid));
  return exchange.rcode === RCODE.NOERROR ? 'next' : 'finish';
}

/** Puts the OPT record into the reply, if the query had one (RFC 6891 §6.1.1). */
export function writeOpt(exchange: Exchange, parts: Parts): void {
  const { query, requester, writer, facts, extendedError } = exchange;
  if (!query.edns) return;
  const { clientSubnet } = query;
  const isTold = clientSubnet.present;
  opt.udpSize = parts.settings.udpPayloadSize;
  opt.dnssecOk = query.dnssecOk;
  opt.clientSubnet = isTold ? subnetReply(clientSubnet, facts.scope) : undefined;
  opt.nsid = query.asksNsid ? parts.settings.identity?.name : undefined;
  opt.extendedErrors = extendedError && [extendedError];
  opt.keepalive = query.keepalive ? keepalive(requester.transport, parts) : undefined;
  opt.padding = query.padding && isEncrypted(requester.transport) ? PADDING_BLOCK : 0;
  writer.writeOpt(opt);
}

function udpLimit(query: Query, ours: number): number {
  return query.edns ? Math.min(query.udpSize, ours) : MIN_UDP_SIZE;
}

/** RFC 7828 §3.2.1: nothing over UDP. HTTP has ways of its own to say so. */
function keepalive(transport: Transport, { settings }: Parts): number | undefined {
  return transport === 'tcp' || transport === 'tls' ? settings.tcp.idleMs / 100 : undefined;
}

/** RFC 7830 §6: only there may be padded; in the clear it would help nobody but those who amplify. */
function isEncrypted(transport: Transport): boolean {
  return transport === 'tls' || transport === 'https';
}

/**
 * RFC 7871 §7.2.1: as the client told it, with the scope the answer holds for. Negative answers have
 * theirs as well: resolvers may take it for 0 (§7.4), but those that do not must not serve one
 * country's NODATA to all.
 */
function subnetReply({ family, source, address }: ClientSubnet, scope: number): ClientSubnetReply {
  reply.family = family;
  reply.source = source;
  // RFC 7871 §7.1.2: a client that does not want to be located is not told anything of its location.
  reply.scope = source === 0 ? 0 : scope;
  reply.address = address;
  return reply;
}

/** Written over for each reply, and read before the next. */
const opt: {
  udpSize: number;
  dnssecOk: boolean;
  clientSubnet: ClientSubnetReply | undefined;
  nsid: string | undefined;
  extendedErrors: readonly ExtendedError[] | undefined;
  keepalive: number | undefined;
  padding: number;
} = {
  udpSize: 0,
  dnssecOk: false,
  clientSubnet: undefined,
  nsid: undefined,
  extendedErrors: undefined,
  keepalive: undefined,
  padding: 0,
};

const reply: { -readonly [K in keyof ClientSubnetReply]: ClientSubnetReply[K] } = {
  family: 0,
  source: 0,
  scope: 0,
  address: new Uint8Array(16),
};
