/**
 * What holds for the reply to any message whatever, told from the octets alone: nothing in here asks the
 * parser that the server reads queries with.
 */
import { decode } from 'dns-packet';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { OPCODE } from '../../../runtime/wire/iana/opcode.ts';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';

const HEADER_OCTETS = 12;
const LONGEST_NAME = 255;
/** RFC 1035 §2.3.4, and what we send over UDP at most. */
const PLAIN_OCTETS = 512;
const MOST_OCTETS = 1232;
/** RFC 8467 §4.1. */
const PADDED_BLOCK = 468;

/** Those that a server like ours has a use for. */
const RCODES: ReadonlySet<number> = new Set([
  RCODE.NOERROR,
  RCODE.FORMERR,
  RCODE.SERVFAIL,
  RCODE.NXDOMAIN,
  RCODE.NOTIMP,
  RCODE.REFUSED,
  RCODE.YXDOMAIN,
  RCODE.NOTAUTH,
  RCODE.BADVERS,
  RCODE.BADCOOKIE,
]);
const ANSWERING: ReadonlySet<number> = new Set([RCODE.NOERROR, RCODE.NXDOMAIN]);

/** Whether a message is one that nobody must answer: no header, or a response (RFC 1035 §4.1.1). */
export function isForSilence(message: Uint8Array): boolean {
  return message.length < HEADER_OCTETS || octet(message, 2) >= 0x80;
}

/** What is wrong with a reply, one of several to a zone transfer maybe; `undefined` if nothing is. */
export function fault(query: Uint8Array, reply: Uint8Array, transport: Transport): string | undefined {
  if (isForSilence(query)) return 'what must not be answered is';
  const opt = optOf(query);
  const limit = sizeLimit(opt, transport);
  if (reply.length > limit) return `${reply.length} octets, where the client takes ${limit}`;
  if (word(reply, 0) !== word(query, 0)) return 'another id';
  const decoded = decodeMessage(reply);
  if (!decoded.ok) return `no message: ${decoded.problem}`;
  return (
    headerFault(query, reply, decoded.value) ??
    contentFault(query, reply, decoded.value, opt) ??
    otherReading(reply, decoded.value)
  );
}

function headerFault(query: Uint8Array, reply: Uint8Array, message: Message): string | undefined {
  const { isResponse, opcode, recursionDesired, recursionAvailable, rcode } = message;
  if (!isResponse) return 'QR is clear';
  if (opcode !== ((octet(query, 2) >> 3) & 0x0f)) return 'another opcode';
  if (recursionDesired !== (opcode === OPCODE.QUERY && (octet(query, 2) & 1) === 1))
    return 'RD is not as it came';
  if (recursionAvailable || message.authenticData) return 'RA or AD is set';
  // RFC 2136 §2.2.
  if (opcode === OPCODE.UPDATE && (word(reply, 2) & 0x07f0) !== 0) return 'a flag that UPDATE does not have';
  if (!RCODES.has(rcode)) return `response code ${rcode}`;
  const isKnown = opcode === OPCODE.QUERY || opcode === OPCODE.NOTIFY;
  return !isKnown && ANSWERING.has(rcode) ? `opcode ${opcode} is carried out` : undefined;
}

function contentFault(
  query: Uint8Array,
  reply: Uint8Array,
  message: Message,
  opt: Opt | undefined,
): string | undefined {
  const { rcode, questions, answers, authorities, edns } = message;
  if (questions.length > 1) return 'several questions';
  if (questions.length === 1 && !isEchoed(query, reply)) return 'another question';
  // RFC 7873 §5.4: without a question it is about cookies. Of a transfer, messages but the first may go without (RFC 5936 §2.2.1).
  if (questions.length === 0 && ANSWERING.has(rcode) && word(query, 4) > 0 && answers.length === 0)
    return 'no question';
  if (!ANSWERING.has(rcode) && answers.some(({ type }) => type !== RRTYPE.CNAME && type !== RRTYPE.DNAME))
    return 'an error that answers';
  if (rcode === RCODE.FORMERR && answers.length + authorities.length > 0)
    return 'records for what was not understood';
  // RFC 6891 §7.
  if (edns !== undefined && opt === undefined) return 'OPT that was not asked for';
  const isCut = message.truncated && message.additionals.some(({ type }) => type === RRTYPE.TSIG);
  if (edns === undefined && opt !== undefined && rcode !== RCODE.FORMERR && !isCut) return 'no OPT';
  return undefined;
}

/** RFC 1035 §4.1.2, letter for letter: a reply whose case is another is taken for a forged one. */
function isEchoed(query: Uint8Array, reply: Uint8Array): boolean {
  const end = questionEnd(reply, HEADER_OCTETS);
  if (end === undefined || word(query, 4) === 0) return false;
  for (let at = HEADER_OCTETS; at < end; at += 1) if (query[at] !== reply[at]) return false;
  return true;
}

/** A decoder that others wrote finds as much in it. */
function otherReading(reply: Uint8Array, message: Message): string | undefined {
  try {
    const { answers, authorities, additionals } = decode(Buffer.from(reply));
    const theirs = [answers, authorities, additionals].map((section) => section?.length ?? 0);
    const { edns } = message;
    const opts = edns === undefined ? 0 : 1;
    const ours = [message.answers.length, message.authorities.length, message.additionals.length + opts];
    return theirs.join() === ours.join() ? undefined : `dns-packet finds ${theirs.join()} records`;
  } catch (error) {
    return `dns-packet: ${String(error)}`;
  }
}

function sizeLimit(opt: Opt | undefined, transport: Transport): number {
  if (transport === 'udp') return Math.min(MOST_OCTETS, Math.max(PLAIN_OCTETS, opt?.udpSize ?? 0));
  return 0xffff - (0xffff % PADDED_BLOCK) + PADDED_BLOCK;
}

interface Opt {
  readonly udpSize: number;
}

/** The first OPT record, as far as the message can be read; none behind several questions (RFC 9619). */
function optOf(message: Uint8Array): Opt | undefined {
  const questions = word(message, 4);
  if (questions > 1) return undefined;
  let at: number | undefined = questions === 0 ? HEADER_OCTETS : questionEnd(message, HEADER_OCTETS);
  const before = word(message, 6) + word(message, 8);
  const records = before + word(message, 10);
  for (let count = 0; count < records && at !== undefined; count += 1) {
    const fixed = nameEnd(message, at);
    if (fixed === undefined || fixed + 10 > message.length) return undefined;
    const end: number = fixed + 10 + word(message, fixed + 8);
    if (end > message.length) return undefined;
    const isOpt = count >= before && word(message, fixed) === RRTYPE.OPT;
    // RFC 6891 §6.1.2: its owner is the root.
    if (isOpt) return fixed === at + 1 ? { udpSize: word(message, fixed + 2) } : undefined;
    at = end;
  }
  return undefined;
}

/** Its name has nothing before it to point to. */
function questionEnd(message: Uint8Array, at: number): number | undefined {
  const fixed = nameEnd(message, at, false);
  return fixed === undefined || fixed + 4 > message.length ? undefined : fixed + 4;
}

function nameEnd(message: Uint8Array, start: number, mayPoint = true): number | undefined {
  for (let at = start; at < message.length; at += 1 + octet(message, at)) {
    if (octet(message, at) === 0) return at - start < LONGEST_NAME ? at + 1 : undefined;
    if (octet(message, at) >= 0xc0) return mayPoint ? at + 2 : undefined;
    if (octet(message, at) >= 0x40) return undefined;
  }
  return undefined;
}

function octet(message: Uint8Array, at: number): number {
  return message[at] ?? 0;
}

function word(message: Uint8Array, at: number): number {
  return octet(message, at) * 256 + octet(message, at + 1);
}
