/**
 * Writes the OPT record of a response (RFC 6891 §6.1.2): the owner is the root, the class holds the server's
 * UDP size, the TTL holds the upper bits of the response code, the version and DO.
 */
import type { EcsFamily } from './client-subnet.ts';
import { COOKIE_OCTETS } from './cookie.ts';
import { EDNS_OPTION } from './iana/edns-option.ts';
import { RRTYPE } from './iana/rrtype.ts';
import type { Query } from './query.ts';

export interface Opt {
  /** The largest UDP message the server accepts. */
  readonly udpSize: number;
  /** DO, as in the query (RFC 3225 §3). */
  readonly dnssecOk: boolean;
  /** CO (RFC 9824 §5.1). */
  readonly compactOk?: boolean | undefined;
  readonly clientSubnet?: ClientSubnetReply | undefined;
  /** The client's part and the server's part (RFC 7873 §4). */
  readonly cookie?: Uint8Array | undefined;
  /** The name of the server (RFC 5001 §2.3). */
  readonly nsid?: string | undefined;
  readonly extendedErrors?: readonly ExtendedError[] | undefined;
  /** RFC 7828 §3.1: how long a connection may be idle, in units of 100 ms. */
  readonly keepalive?: number | undefined;
  /**
   * RFC 7830: padding makes the message a multiple of so many octets, where there is room; 0 adds no padding.
   */
  readonly padding?: number | undefined;
}

/**
 * RFC 7871 §7.2.1: family, source and address as in the query; the scope says which clients the answer suits.
 */
export interface ClientSubnetReply {
  readonly family: EcsFamily;
  readonly source: number;
  readonly scope: number;
  readonly address: Uint8Array;
}

/** RFC 8914 §2. */
export interface ExtendedError {
  readonly code: number;
  readonly text?: string | undefined;
}

/** Owner, type, class, TTL and RDLENGTH. */
const HEAD = 11;
const OPTION_HEAD = 4;
const KEEPALIVE = OPTION_HEAD + 2;
const VERSION = 0;

/**
 * Octets that OPT in the response to `query` needs. Extended errors and padding take only room that is left
 * over.
 */
export function optRoom(query: Query): number {
  if (!query.edns) return 0;
  const { present, source } = query.clientSubnet;
  const head = query.keepalive ? HEAD + KEEPALIVE : HEAD;
  const subnet = present ? OPTION_HEAD + 4 + octetsOf(source) : 0;
  return head + subnet + (query.cookieAt > 0 ? OPTION_HEAD + COOKIE_OCTETS : 0);
}

/** Octets that the NSID option needs in addition. */
export function nsidRoom(nsid: string): number {
  return OPTION_HEAD + Buffer.byteLength(nsid);
}

/** Writes the record at `at`; returns where it ends, beyond `limit` if it does not fit. */
export function writeOptRecord(buffer: Buffer, at: number, limit: number, opt: Opt, rcode: number): number {
  if (at + HEAD > limit) return at + HEAD;
  let end = at + HEAD;
  if (opt.clientSubnet !== undefined) end = writeClientSubnet(buffer, end, opt.clientSubnet);
  if (opt.cookie !== undefined) end = writeCookie(buffer, end, opt.cookie);
  if (opt.nsid !== undefined) end = writeNsid(buffer, end, opt.nsid);
  if (opt.keepalive !== undefined) end = writeKeepalive(buffer, end, opt.keepalive);
  for (const error of opt.extendedErrors ?? []) end = writeExtendedError(buffer, end, limit, error);
  if (opt.padding !== undefined && opt.padding > 0) end = writePadding(buffer, end, limit, opt.padding);
  buffer[at] = 0;
  put16(buffer, at + 1, RRTYPE.OPT);
  put16(buffer, at + 3, opt.udpSize);
  buffer[at + 5] = rcode >> 4;
  buffer[at + 6] = VERSION;
  put16(buffer, at + 7, (opt.dnssecOk ? 0x8000 : 0) | (opt.compactOk === true ? 0x4000 : 0));
  put16(buffer, at + 9, end - at - HEAD);
  return end;
}

function writeClientSubnet(buffer: Buffer, at: number, subnet: ClientSubnetReply): number {
  const octets = octetsOf(subnet.source);
  put16(buffer, at, EDNS_OPTION.CLIENT_SUBNET);
  put16(buffer, at + 2, 4 + octets);
  put16(buffer, at + 4, subnet.family);
  buffer[at + 6] = subnet.source;
  buffer[at + 7] = subnet.scope;
  for (let index = 0; index < octets; index++) buffer[at + 8 + index] = subnet.address[index] ?? 0;
  return at + 8 + octets;
}

function writeCookie(buffer: Buffer, at: number, cookie: Uint8Array): number {
  put16(buffer, at, EDNS_OPTION.COOKIE);
  put16(buffer, at + 2, cookie.length);
  for (let index = 0; index < cookie.length; index++) buffer[at + OPTION_HEAD + index] = cookie[index] ?? 0;
  return at + OPTION_HEAD + cookie.length;
}

function writeNsid(buffer: Buffer, at: number, nsid: string): number {
  const length = buffer.write(nsid, at + OPTION_HEAD, 'utf8');
  put16(buffer, at, EDNS_OPTION.NSID);
  put16(buffer, at + 2, length);
  return at + OPTION_HEAD + length;
}

function writeKeepalive(buffer: Buffer, at: number, timeout: number): number {
  put16(buffer, at, EDNS_OPTION.TCP_KEEPALIVE);
  put16(buffer, at + 2, 2);
  put16(buffer, at + 4, timeout);
  return at + KEEPALIVE;
}

/**
 * RFC 7830 §3: padding is zeros. The option comes last, since its length makes up the length of the message.
 */
function writePadding(buffer: Buffer, at: number, limit: number, block: number): number {
  const data = at + OPTION_HEAD;
  if (data > limit) return at;
  const end = Math.min(Math.ceil(data / block) * block, limit);
  put16(buffer, at, EDNS_OPTION.PADDING);
  put16(buffer, at + 2, end - data);
  buffer.fill(0, data, end);
  return end;
}

/** RFC 8914 §3: an extended error must not make an answer too long. Its text is cut, or it is left out. */
function writeExtendedError(buffer: Buffer, at: number, limit: number, error: ExtendedError): number {
  const textAt = at + OPTION_HEAD + 2;
  if (textAt > limit) return at;
  // Buffer.write writes whole characters only.
  const length = error.text === undefined ? 0 : buffer.write(error.text, textAt, limit - textAt, 'utf8');
  put16(buffer, at, EDNS_OPTION.EXTENDED_ERROR);
  put16(buffer, at + 2, 2 + length);
  put16(buffer, at + 4, error.code);
  return textAt + length;
}

function octetsOf(bits: number): number {
  return (bits + 7) >> 3;
}

function put16(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >> 8;
  buffer[at + 1] = value;
}
