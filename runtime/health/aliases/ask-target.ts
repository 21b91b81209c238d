/**
 * Asks resolvers for the addresses of an alias's target, and reads what they say with suspicion: only what leads from the name
 * that was asked for to its addresses counts (RFC 5452 §6, RFC 2181 §5.4.1).
 */
import { addressToText } from '../../base/net/ip.ts';
import { type SocketAddress, socketAddressToText } from '../../base/net/socket-address.ts';
import { noReplyText } from '../../client/reply.ts';
import { askUdpThenTcp } from '../../client/udp-then-tcp.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { Message } from '../../wire/message.ts';
import { namesEqual, type WireName } from '../../wire/name.ts';
import { soaFromRdata } from '../../wire/rdata/soa.ts';
import type { ResourceRecord } from '../../wire/record.ts';

/** What is to be known of a target: seconds are those for which it holds, as the resolver says. */
export type TargetAnswer =
  | { readonly kind: 'found'; readonly addresses: readonly string[]; readonly ttl: number }
  | { readonly kind: 'none'; readonly ttl: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Addresses of one family that a target may have: more would fit no answer over UDP. */
export const MOST_ADDRESSES = 64;
/** Aliases on the way from the target to its addresses. */
const MOST_ALIASES = 16;
/** RFC 2308 §5: a denial without an SOA is not kept by resolvers; here it is for a moment, as somebody asks for it again and again. */
const BARE_DENIAL = 30;

export interface TargetQuestion {
  readonly name: WireName;
  /** A or AAAA. */
  readonly type: number;
}

/** Asks resolvers in turn, each for its share of the time, until one of them knows. */
export async function askTarget(
  question: TargetQuestion,
  resolvers: readonly SocketAddress[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TargetAnswer> {
  let why = 'there is no resolver to ask';
  for (const resolver of resolvers) {
    const limits = { timeoutMs: timeoutMs / resolvers.length, signal };
    const answer = await askOne(question, resolver, limits);
    if (answer.kind !== 'failed') return answer;
    why = `${socketAddressToText(resolver)}: ${answer.why}`;
    if (signal.aborted) break;
  }
  return { kind: 'failed', why };
}

type Limits = Parameters<typeof askUdpThenTcp>[2];

async function askOne(
  question: TargetQuestion,
  resolver: SocketAddress,
  limits: Limits,
): Promise<TargetAnswer> {
  const inquiry = { ...question, recursionDesired: true };
  let reply = await askUdpThenTcp(resolver, inquiry, limits);
  // RFC 6891 §7: a server that does not know EDNS says FORMERR.
  if (reply.kind === 'reply' && reply.message.rcode === RCODE.FORMERR)
    reply = await askUdpThenTcp(resolver, { ...inquiry, edns: false }, limits);
  if (reply.kind !== 'reply') return { kind: 'failed', why: noReplyText(reply) };
  return targetAnswerIn(reply.message, question);
}

/** What a reply says of the name that was asked for; an alias that leads nowhere is a failure, for another name may have addresses. */
export function targetAnswerIn(message: Message, { name, type }: TargetQuestion): TargetAnswer {
  const { rcode, answers, questions, truncated } = message;
  // RFC 5452 §9.1: the question of the reply is that of the query.
  const [asked] = questions;
  if (questions.length !== 1 || asked?.type !== type || !namesEqual(asked.name, name))
    return failed('it repeats no question, or another one');
  if (truncated) return failed('its answer is cut short, over TCP as well');
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return failed(`it says ${rcodeToText(rcode)}`);
  const way = wayFrom(name, answers);
  if (way === undefined) return failed('its aliases lead in a circle, or are too many');
  const length = type === RRTYPE.A ? 4 : 16;
  const found = answers.filter(
    ({ owner, type: own, rdata }) => own === type && rdata.length === length && namesEqual(owner, way.end),
  );
  const addresses = [
    ...new Set(found.map(({ rdata: bytes }) => addressToText({ family: length === 4 ? 4 : 6, bytes }))),
  ].sort();
  if (addresses.length > MOST_ADDRESSES)
    return failed(`there are ${addresses.length} addresses; ${MOST_ADDRESSES} are possible`);
  if (addresses.length === 0) return { kind: 'none', ttl: Math.min(way.ttl, denialTtl(message)) };
  return { kind: 'found', addresses, ttl: Math.min(way.ttl, ...found.map(({ ttl }) => ttl)) };
}

function failed(why: string): TargetAnswer {
  return { kind: 'failed', why };
}

/** Where aliases lead to, and the least TTL on the way; `undefined` if that does not end. */
function wayFrom(
  name: WireName,
  answers: readonly ResourceRecord[],
): { readonly end: WireName; readonly ttl: number } | undefined {
  let end = name;
  let ttl = Number.POSITIVE_INFINITY;
  for (let left = MOST_ALIASES; left >= 0; left -= 1) {
    const alias = answers.find(({ owner, type }) => type === RRTYPE.CNAME && namesEqual(owner, end));
    if (alias === undefined) return { end, ttl };
    end = alias.rdata;
    ttl = Math.min(ttl, alias.ttl);
  }
  return undefined;
}

/** RFC 2308 §5: the TTL of the SOA, or its last field, whichever is less. */
function denialTtl({ authorities }: Message): number {
  const record = authorities.find(({ type }) => type === RRTYPE.SOA);
  const soa = record && soaFromRdata(record.rdata);
  return record === undefined || soa === undefined ? BARE_DENIAL : Math.min(record.ttl, soa.minimum);
}
