/**
 * Reads a query in place and without allocating: this code runs for every packet, hostile ones included.
 * Octets are indexed directly here (no cursor) and every index is checked before it is used.
 *
 *                                     1  1  1  1  1  1
 *       0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 *     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *     |                      ID                       |
 *     |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 *     |   QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT: 16 bits |
 *     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *
 * Octets behind the last record are FORMERR: no RFC gives them a meaning, and a query that is only
 * partly understood is better refused. RFC 1035 §4.1, RFC 6891 §6.1, RFC 7871, RFC 7873, RFC 9619.
 */
import { ClientSubnet, readClientSubnet } from './client-subnet.ts';
import { EDNS_OPTION } from './iana/edns-option.ts';
import { OPCODE } from './iana/opcode.ts';
import { RRTYPE } from './iana/rrtype.ts';
import { lowerCase, MAX_LABEL_LENGTH, MAX_NAME_LENGTH, nameToText } from './name.ts';

export const HEADER_LENGTH = 12;
/** RFC 6891 §6.2.3: smaller sizes are treated as this one, which also holds without EDNS. */
export const MIN_UDP_SIZE = 512;

/**
 * How the server treats a packet. Only `drop` gets no response; `cookie` asks only for a cookie (RFC 7873
 * §5.4).
 */
export type ParseOutcome = 'ok' | 'cookie' | 'notify' | 'update' | 'drop' | 'formerr' | 'notimp' | 'badvers';

/** One query. All queries reuse one object; names are in lower case here, the packet keeps their case. */
export class Query {
  id = 0;
  /** The second 16 bits of the header, as they came. */
  flagsWord = 0;
  opcode = 0;
  recursionDesired = false;
  checkingDisabled = false;
  readonly name = new Uint8Array(MAX_NAME_LENGTH);
  /** Octets of `name` in use; 0 if the packet holds no readable question. */
  nameLength = 0;
  type = 0;
  class = 0;
  /** The question is `packet[12..questionEnd)`. */
  questionEnd = HEADER_LENGTH;
  edns = false;
  ednsVersion = 0;
  udpSize = MIN_UDP_SIZE;
  dnssecOk = false;
  /** RFC 9824 §5.1: whether NXDOMAIN may stand beside a denial that only says that a name has no types. */
  compactOk = false;
  /** RFC 7828: whether the client asks how long a connection may be idle. */
  keepalive = false;
  /** RFC 7830: whether the response may have padding. */
  padding = false;
  readonly clientSubnet = new ClientSubnet();
  /**
   * The data of the COOKIE option is `packet[cookieAt..cookieAt + cookieLength)`; `cookieAt` is 0 without
   * one.
   */
  cookieAt = 0;
  cookieLength = 0;
  /** Where the TSIG record begins; 0 if there is none. */
  tsigAt = 0;
  /** RFC 5001 §2.1: whether the client asks for the name of the server. */
  asksNsid = false;
}

/** The name of a question, in lower case and without final dot; empty where there was none to read. */
export function questionText({ name, nameLength }: Pick<Query, 'name' | 'nameLength'>): string {
  return nameToText(name.subarray(0, nameLength)).slice(0, -1);
}

/** Reads a packet into `query`. Never throws; the fields read before a fault are there for the response. */
export function parseQuery(packet: Uint8Array, query: Query): ParseOutcome {
  // The server never answers a response, or two servers could talk to each other for ever.
  if (packet.length < HEADER_LENGTH || (octetAt(packet, 2) & 0x80) !== 0) return 'drop';
  readHeader(packet, query);
  const isWellFormed = readSections(packet, query);
  if (query.opcode === OPCODE.UPDATE && isWellFormed && query.nameLength > 0) return 'update';
  if (query.opcode !== OPCODE.QUERY && query.opcode !== OPCODE.NOTIFY) return 'notimp';
  if (!isWellFormed) return 'formerr';
  // RFC 6891 §6.1.3: the answer to a query of a higher version has the server's version.
  if (query.ednsVersion > 0) return 'badvers';
  if (query.opcode === OPCODE.NOTIFY) return query.nameLength > 0 ? 'notify' : 'formerr';
  if (query.nameLength > 0) return 'ok';
  // Only a cookie can be answered without a question. RFC 6891 §6.1.1 wants OPT in the response even so.
  return query.cookieAt > 0 ? 'cookie' : 'formerr';
}

function readHeader(packet: Uint8Array, query: Query): void {
  query.id = uint16At(packet, 0);
  query.flagsWord = uint16At(packet, 2);
  query.opcode = (query.flagsWord >> 11) & 0x0f;
  query.recursionDesired = (query.flagsWord & 0x0100) !== 0;
  query.checkingDisabled = (query.flagsWord & 0x0010) !== 0;
  query.nameLength = 0;
  query.type = 0;
  query.class = 0;
  query.questionEnd = HEADER_LENGTH;
  query.edns = false;
  query.ednsVersion = 0;
  query.udpSize = MIN_UDP_SIZE;
  query.dnssecOk = false;
  query.compactOk = false;
  query.keepalive = false;
  query.padding = false;
  query.clientSubnet.present = false;
  query.cookieAt = 0;
  query.tsigAt = 0;
  query.asksNsid = false;
}

function readSections(packet: Uint8Array, query: Query): boolean {
  const questions = uint16At(packet, 4);
  // RFC 9619 §4: more than one question is malformed.
  if (questions > 1 || (questions === 1 && !readQuestion(packet, query))) return false;
  return readRecords(packet, query);
}

function readRecords(packet: Uint8Array, query: Query): boolean {
  const beforeAdditional = uint16At(packet, 6) + uint16At(packet, 8);
  const records = beforeAdditional + uint16At(packet, 10);
  const isQuery = query.opcode === OPCODE.QUERY;
  let at = query.questionEnd;
  for (let count = 0; count < records; count++) {
    const fixed = skipName(packet, at);
    if (fixed === MALFORMED || fixed + 10 > packet.length) return false;
    const rdata = fixed + 10;
    const end = rdata + uint16At(packet, fixed + 8);
    if (end > packet.length) return false;
    const type = uint16At(packet, fixed);
    const isOpt = type === RRTYPE.OPT && count >= beforeAdditional;
    // RFC 6891 §6.1.2: the owner of OPT is the root.
    if (isOpt && (fixed !== at + 1 || !readOpt(packet, fixed, end, query))) return false;
    if (type === RRTYPE.TSIG) {
      // RFC 8945 §5.1: a message has one TSIG record, the last of the additional section.
      if (count < beforeAdditional || count !== records - 1) return false;
      query.tsigAt = at;
    }
    if (isQuery && !isOpt && !isForQuery(type, count < beforeAdditional, query.type)) return false;
    at = end;
  }
  return at === packet.length;
}

/**
 * Of records, a query has those that are about it. Whoever sends others has made up a message, or had one mixed up;
 * nobody looks at what they say, and so at whether that is well formed.
 */
function isForQuery(type: number, isBeforeAdditional: boolean, asked: number): boolean {
  // RFC 1995 §3: the SOA that the client has.
  if (isBeforeAdditional) return asked === RRTYPE.IXFR;
  // RFC 2931 §3: SIG(0). Nobody here has a key for it, so it is as good as not there. OPT was dealt with before.
  return type === RRTYPE.TSIG || type === RRTYPE.SIG;
}

/** Reads the question. No name precedes it, so a pointer in its name is a fault (RFC 1035 §4.1.4). */
function readQuestion(packet: Uint8Array, query: Query): boolean {
  const { name } = query;
  let length = 0;
  for (let label = -1; label !== 0; ) {
    label = octetAt(packet, HEADER_LENGTH + length);
    const end = length + 1 + label;
    if (label > MAX_LABEL_LENGTH || end > MAX_NAME_LENGTH || HEADER_LENGTH + end > packet.length)
      return false;
    name[length] = label;
    for (let at = length + 1; at < end; at++) name[at] = LOWER_CASE[packet[HEADER_LENGTH + at] ?? 0] ?? 0;
    length = end;
  }
  const fixed = HEADER_LENGTH + length;
  if (fixed + 4 > packet.length) return false;
  query.nameLength = length;
  query.type = uint16At(packet, fixed);
  query.class = uint16At(packet, fixed + 2);
  query.questionEnd = fixed + 4;
  return true;
}

/**
 *     TYPE 41 | CLASS: UDP size | TTL: RCODE bits, version, DO, CO and flags | RDLENGTH | options
 */
function readOpt(packet: Uint8Array, fixed: number, end: number, query: Query): boolean {
  // RFC 6891 §6.1.1: more than one OPT record is FORMERR.
  if (query.edns) return false;
  query.edns = true;
  query.udpSize = Math.max(MIN_UDP_SIZE, uint16At(packet, fixed + 2));
  query.ednsVersion = octetAt(packet, fixed + 5);
  query.dnssecOk = (octetAt(packet, fixed + 6) & 0x80) !== 0;
  query.compactOk = (octetAt(packet, fixed + 6) & 0x40) !== 0;
  // Options may have another form in another version.
  return query.ednsVersion > 0 || readOptions(packet, fixed + 10, end, query);
}

function readOptions(packet: Uint8Array, start: number, end: number, query: Query): boolean {
  const { clientSubnet } = query;
  let at = start;
  while (at < end) {
    if (at + 4 > end) return false;
    const code = uint16At(packet, at);
    const data = at + 4;
    at = data + uint16At(packet, at + 2);
    if (at > end) return false;
    // RFC 7871 says nothing about a second option; the first one counts, as in other servers.
    if (code === EDNS_OPTION.CLIENT_SUBNET && !clientSubnet.present) {
      if (!readClientSubnet(packet, data, at, clientSubnet)) return false;
      // RFC 7873 §5.2: the server ignores all cookies but the first.
    } else if (code === EDNS_OPTION.COOKIE && query.cookieAt === 0) {
      query.cookieAt = data;
      query.cookieLength = at - data;
    } else if (code === EDNS_OPTION.TCP_KEEPALIVE) {
      query.keepalive = true;
    } else if (code === EDNS_OPTION.PADDING) {
      query.padding = true;
    }
    // RFC 5001 §2.1: the server ignores the data of the option in a query.
    if (code === EDNS_OPTION.NSID) query.asksNsid = true;
  }
  return true;
}

/** Lower case by octet: a table spares the processor a branch it cannot predict in names of random case. */
const LOWER_CASE = Uint8Array.from({ length: 256 }, (_, octet) => lowerCase(octet));

const MALFORMED = -1;

/** Where a question ends; negative if it is malformed. */
export function skipQuestion(packet: Uint8Array, start: number): number {
  const fixed = skipName(packet, start);
  return fixed === MALFORMED || fixed + 4 > packet.length ? MALFORMED : fixed + 4;
}

/** Where a name ends, without following its pointer; negative if it is malformed. */
export function skipName(packet: Uint8Array, start: number): number {
  let at = start;
  while (at < packet.length && at - start < MAX_NAME_LENGTH) {
    const length = octetAt(packet, at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 1 < packet.length ? at + 2 : MALFORMED;
    if (length > MAX_LABEL_LENGTH) return MALFORMED;
    at += length + 1;
  }
  return MALFORMED;
}

function octetAt(packet: Uint8Array, at: number): number {
  return packet[at] ?? 0;
}

function uint16At(packet: Uint8Array, at: number): number {
  return octetAt(packet, at) * 256 + octetAt(packet, at + 1);
}
