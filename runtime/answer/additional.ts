/**
 * Addresses that save the client another question: those of the names an answer points to, and the
 * glue without which a referral leads nowhere. Static records only: what a policy would say is for
 * the client to ask.
 *
 * RFC 1034 §4.3.2 step 6, RFC 2782, RFC 9460 §4.1, RFC 9471 (glue).
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, nameLengthAt, type WireName } from '../wire/name.ts';
import type { RRset } from '../wire/record.ts';
import { addressesAt } from '../zone/lookup.ts';
import type { Exchange } from './exchange.ts';
import type { ServedZone } from './served-zone.ts';

/** Targets looked at for one answer; beyond that a reply would mostly be additional data. */
const MAX_TARGETS = 16;

/** Adds addresses of what the answer points to, as long as they fit. */
export function writeAdditional(exchange: Exchange, zone: ServedZone): void {
  const { answerType, answerRdatas } = exchange;
  const before = octetsBeforeTarget(answerType);
  if (before === NO_TARGET) return;
  const count = Math.min(answerRdatas.length, MAX_TARGETS);
  for (let index = 0; index < count; index += 1) {
    const target = nameIn(answerRdatas[index], before);
    if (target !== undefined && !writeAddresses(exchange, zone, target)) return;
  }
}

/** Adds the addresses of a delegation's name servers. */
export function writeGlue(exchange: Exchange, zone: ServedZone, { owner, rdatas }: RRset): void {
  for (const server of rdatas) {
    if (writeAddresses(exchange, zone, server)) continue;
    // RFC 9471 §3.1: a server below the cut cannot be found without its glue: the client is to ask over TCP.
    if (isAtOrBelow(server, owner)) exchange.overflows = true;
  }
}

/** False if they do not fit. */
function writeAddresses({ writer }: Exchange, zone: ServedZone, name: WireName): boolean {
  const ipv4 = addressesAt(zone, name, RRTYPE.A);
  const ipv6 = addressesAt(zone, name, RRTYPE.AAAA);
  const wroteIpv4 =
    ipv4 === undefined || writer.writeRRset('additional', name, ipv4.type, ipv4.ttl, ipv4.rdatas);
  return (
    wroteIpv4 &&
    (ipv6 === undefined || writer.writeRRset('additional', name, ipv6.type, ipv6.ttl, ipv6.rdatas))
  );
}

const NO_TARGET = -1;

/** Where in RDATA the name stands whose addresses the client will want. */
function octetsBeforeTarget(type: number): number {
  switch (type) {
    case RRTYPE.NS:
      return 0;
    case RRTYPE.MX:
    case RRTYPE.SVCB:
    case RRTYPE.HTTPS:
      return 2;
    case RRTYPE.SRV:
      return 6;
    default:
      return NO_TARGET;
  }
}

function nameIn(rdata: Uint8Array | undefined, at: number): WireName | undefined {
  const length = rdata && nameLengthAt(rdata, at);
  return length === undefined ? undefined : rdata?.subarray(at, at + length);
}
