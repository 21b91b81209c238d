/**
 * EDNS in both directions: how large the answer may be, and the OPT record it carries.
 *
 * RFC 6891 §6.2 (sizes), RFC 9715 (why ours is 1232), RFC 7871 §7.2 (client subnet), RFC 7873 (cookies),
 * RFC 8914, RFC 5001, RFC 7828 (idle connections), RFC 7830 (padding).
 */

import type { ClientSubnet } from '../wire/client-subnet.ts';
import { CLIENT_COOKIE_OCTETS, isCookieLength } from '../wire/cookie.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { type ClientSubnetReply, type ExtendedError, nsidRoom } from '../wire/opt.ts';
import { MIN_UDP_SIZE, type Query } from '../wire/query.ts';
import type { Transport } from '../wire/transport.ts';
import type { Exchange } from './exchange.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';

/** RFC 1035 §4.2.2: two octets hold the length. */
const MAX_TCP_SIZE = 0xffff;
/** RFC 8467 §4.1: what servers pad to. */
const PADDING_BLOCK = 468;

/** Opens the reply, and sees what the client's cookie is worth. */
export function edns(exchange: Exchange, parts: Parts): NextStep {
  const { query } = exchange;
  if (query.cookieAt > 0) readCookie(exchange, parts);
  beginReply(exchange, parts);
  return exchange.rcode === RCODE.NOERROR && query.nameLength > 0 ? 'next' : 'finish';
}

/** Begins the reply, at the size both sides can take. */
export function beginReply({ packet, query, requester, writer, sections }: Exchange, parts: Parts): void {
  const limit = sizeLimit(query, requester.transport, parts.settings.udpPayloadSize);
  const nsid = query.asksNsid ? parts.settings.identity?.name : undefined;
  writer.begin(packet, query, limit, nsid === undefined ? 0 : nsidRoom(nsid));
  sections.begin(writer.room);
}

/** Octets that the reply to a query may have at most; `ours` is what we send over UDP. */
export function sizeLimit(query: Query, transport: Transport, ours: number): number {
  if (transport !== 'udp') return MAX_TCP_SIZE;
  return query.edns ? Math.min(query.udpSize, ours) : MIN_UDP_SIZE;
}

/** Puts the OPT record into the reply, if the query had one (RFC 6891 §6.1.1). */
export function writeOpt(exchange: Exchange, parts: Parts): void {
  const { query, requester, writer, facts, extendedError } = exchange;
  if (!query.edns) return;
  const { clientSubnet } = query;
  const isTold = clientSubnet.present;
  opt.udpSize = parts.settings.udpPayloadSize;
  opt.dnssecOk = query.dnssecOk;
  // RFC 9824 §5.1: CO goes back to whoever understands what we may say under it.
  opt.compactOk = query.dnssecOk && query.compactOk;
  opt.clientSubnet = isTold ? subnetReply(clientSubnet, facts.scope) : undefined;
  opt.cookie = query.cookieAt > 0 ? parts.cookies.reply : undefined;
  opt.nsid = query.asksNsid ? parts.settings.identity?.name : undefined;
  opt.extendedErrors = extendedError && [extendedError];
  opt.keepalive = query.keepalive ? keepalive(requester.transport, parts) : undefined;
  opt.padding = query.padding && isEncrypted(requester.transport) ? PADDING_BLOCK : 0;
  writer.writeOpt(opt);
}

/** Sees whether the client is known, and whether it gets an answer. What comes to nothing is as if it were not there. */
function readCookie(exchange: Exchange, { cookies }: Parts): void {
  const { packet, query, requester, rcode } = exchange;
  const { cookieAt, cookieLength, nameLength } = query;
  // RFC 7873 §5.2.2: of another length it is malformed; §5.2: no fault of a client where cookies are off.
  if (!cookies.isOn || !isCookieLength(cookieLength)) {
    query.cookieAt = 0;
    if ((cookies.isOn || nameLength === 0) && rcode === RCODE.NOERROR) exchange.conclude(RCODE.FORMERR);
    return;
  }
  exchange.isKnown = cookies.read(packet, cookieAt, cookieLength, requester.address);
  if (exchange.isKnown || rcode !== RCODE.NOERROR) return;
  // RFC 7873 §5.4: without a question it asks whether its cookie is still good. §5.2.3: TCP proves as much.
  const isRefused =
    nameLength === 0
      ? cookieLength > CLIENT_COOKIE_OCTETS
      : cookies.isRequired && requester.transport === 'udp';
  if (isRefused) exchange.conclude(RCODE.BADCOOKIE);
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
  compactOk: boolean;
  clientSubnet: ClientSubnetReply | undefined;
  cookie: Uint8Array | undefined;
  nsid: string | undefined;
  extendedErrors: readonly ExtendedError[] | undefined;
  keepalive: number | undefined;
  padding: number;
} = {
  udpSize: 0,
  dnssecOk: false,
  compactOk: false,
  clientSubnet: undefined,
  cookie: undefined,
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
