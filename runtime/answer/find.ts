/**
 * From the question to the zone that has the answer, and to what that zone's records say.
 *
 * RFC 1034 §4.3.2, RFC 6672 (DNAME), RFC 8482 (ANY). What is found is either the answer, or a host of the policy, for
 * the next step to decide.
 */
import { unreachable } from '../base/assert.ts';
import { CLASS } from '../wire/iana/class.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { concatName, isAtOrBelow, namesEqual, ROOT, type WireName } from '../wire/name.ts';
import { HEADER_LENGTH } from '../wire/query.ts';
import type { RRset } from '../wire/record.ts';
import { lookup } from '../zone/lookup.ts';
import type { Exchange } from './exchange.ts';
import { tellIdentity } from './identity.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** CNAMEs followed for one query. More are no loop, but no zone needs them; the client goes on itself. */
const MAX_FOLLOWED = 8;

const NOT_OURS = { code: EXTENDED_ERROR.NOT_AUTHORITATIVE };
const NEVER_LOADED = { code: EXTENDED_ERROR.NOT_READY, text: 'The policy of this zone has not loaded yet' };

/** RFC 8914 §4.25 names the case. */
const WITHHELD = {
  expired: { code: EXTENDED_ERROR.INVALID_DATA, text: 'The copy of the zone has expired' },
  'never-transferred': { code: EXTENDED_ERROR.NOT_READY, text: 'The zone has not been transferred yet' },
} as const;

/** RFC 8482 §4.2: the answer to ANY where there is no RRset at hand: a HINFO that says so. */
const HINFO_RDATA = [Uint8Array.from(Buffer.from('\x07RFC8482\x00', 'latin1'))];
const HINFO_TTL = 3600;

/** The zone the name is in. */
export function findZone(exchange: Exchange, parts: Parts): NextStep {
  const { query } = exchange;
  if (query.class === CLASS.CH) return tellIdentity(exchange, parts);
  // A query that waited for a decision ends with the version it began with.
  exchange.zone ??= zoneOf(query.name, query.nameLength, query.type, parts);
  if (exchange.zone !== undefined) {
    exchange.row = exchange.zone.attachment.counters.row;
    return 'next';
  }
  exchange.rcode = RCODE.REFUSED;
  exchange.extendedError = NOT_OURS;
  return 'finish';
}

/** What the zone's records say of the name. */
export function findAnswer(exchange: Exchange, { zones }: Parts): NextStep {
  const { zone, found, name, nameLength, query, followed } = exchange;
  if (zone === undefined) return 'finish';
  // A CNAME may have led into a zone of ours below this one, for which this one cannot speak.
  if (followed.length > 0 && zones.find(name, nameLength)?.origin.length !== zone.origin.length)
    return 'finish';
  lookup(zone, name, nameLength, query.type, found);
  if (found.wildcard) exchange.isFromWildcard = true;
  exchange.isAuthoritative = true;
  const { withheld } = zone.attachment;
  if (withheld !== undefined && found.outcome !== 'policy') return withhold(exchange, withheld);
  switch (found.outcome) {
    case 'answer':
      return found.rrset === undefined ? 'finish' : answerWith(exchange, found.rrset);
    case 'cname':
      return found.rrset === undefined ? 'finish' : answerWithCname(exchange, found.rrset);
    case 'dname':
      return found.rrset === undefined ? 'finish' : redirect(exchange, found.rrset, found.prefixLength);
    case 'delegation':
      exchange.referral = found.cut;
      // RFC 1034 §4.3.2 step 3b: not ours to vouch for; but a CNAME that led here is (RFC 1035 §4.1.1).
      exchange.isAuthoritative = followed.length > 0;
      return 'finish';
    case 'nodata':
    case 'nxdomain':
      return zone.attachment.broken === undefined
        ? deny(exchange, found.outcome === 'nodata' ? RCODE.NOERROR : RCODE.NXDOMAIN, zone.negativeTtl)
        : breakOff(exchange);
    case 'policy':
      return query.type === RRTYPE.ANY ? answerAny(exchange) : 'next';
    default:
      return unreachable(found.outcome);
  }
}

/** Adds records of one type to the answer section. */
export function addToAnswer(
  exchange: Exchange,
  type: number,
  ttl: number,
  rdatas: readonly Uint8Array[],
  encoded?: Uint8Array,
): void {
  const { writer, owner } = exchange;
  exchange.answerType = type;
  exchange.answerRdatas = rdatas;
  const fits =
    encoded === undefined || owner !== undefined
      ? writer.writeRRset('answer', owner, type, ttl, rdatas)
      : writer.writeEncoded('answer', encoded, ttl, rdatas.length);
  if (!fits) exchange.overflows = true;
}

/** Goes on at a CNAME's target, where that is in the zone and has not been met before (RFC 1034 §4.3.2 step 3a). */
export function followCname(exchange: Exchange, target: WireName): NextStep {
  const { zone, query, followed, overflows } = exchange;
  if (zone === undefined || overflows || followed.length === MAX_FOLLOWED) return 'finish';
  // RFC 1034 §3.6.2, RFC 8482 §4.1: a query for CNAME, or for ANY, is answered by the CNAME itself.
  if (query.type === RRTYPE.CNAME || query.type === RRTYPE.ANY) return 'finish';
  if (!isAtOrBelow(target, zone.origin)) return 'finish';
  const isLoop =
    namesEqual(target, query.name.subarray(0, query.nameLength)) ||
    followed.some((name) => namesEqual(name, target));
  if (isLoop) return 'finish';
  exchange.follow(target);
  return 'again';
}

/** Says that there is no such name, or no such records (RFC 2308 §2). */
export function deny(exchange: Exchange, rcode: number, negativeTtl: number): NextStep {
  exchange.rcode = rcode;
  exchange.negativeTtl = negativeTtl;
  return 'finish';
}

/** RFC 4035 §3.1.4.1: the DS of a zone is in its parent, where we serve that as well. */
function zoneOf(name: WireName, nameLength: number, type: number, { zones }: Parts): ServedZone | undefined {
  const above = type === RRTYPE.DS ? zones.findAbove(name, nameLength) : undefined;
  return above ?? zones.find(name, nameLength);
}

function answerWith(exchange: Exchange, { type, ttl, rdatas, encoded }: RRset): NextStep {
  addToAnswer(exchange, type, ttl, rdatas, encoded);
  return 'finish';
}

function answerWithCname(exchange: Exchange, { type, ttl, rdatas }: RRset): NextStep {
  addToAnswer(exchange, type, ttl, rdatas);
  const target = rdatas[0];
  return target === undefined ? 'finish' : followCname(exchange, target);
}

/**
 * RFC 6672 §3.1: the DNAME, and a CNAME with its TTL for those who know of no DNAME. The labels it leaves keep
 * the case they were asked in.
 */
function redirect(exchange: Exchange, dname: RRset, prefixLength: number): NextStep {
  const { redirections, writer, packet, cname } = exchange;
  const { owner, type, ttl, rdatas } = dname;
  if (!redirections.some((known) => namesEqual(known, owner))) {
    redirections.push(owner);
    if (!writer.writeRRset('answer', owner, type, ttl, rdatas)) exchange.overflows = true;
  }
  const asked = exchange.owner ?? packet.subarray(HEADER_LENGTH);
  // One octet more, as of a name that ends there.
  const target = concatName(asked.subarray(0, prefixLength + 1), rdatas[0] ?? ROOT);
  if (target === undefined) {
    // RFC 6672 §2.2: the new name is too long.
    exchange.rcode = RCODE.YXDOMAIN;
    return 'finish';
  }
  cname[0] = target;
  addToAnswer(exchange, RRTYPE.CNAME, ttl, cname);
  return followCname(exchange, target);
}

/** What a policy would say to ANY is not worth asking. */
function answerAny(exchange: Exchange): NextStep {
  addToAnswer(exchange, RRTYPE.HINFO, HINFO_TTL, HINFO_RDATA);
  return 'finish';
}

/**
 * Static records of a secondary are not served once they are too old (RFC 1034 §4.3.5), or before there
 * are any. What a policy has answered by then, a CNAME to here, stands.
 */
function withhold(exchange: Exchange, withheld: keyof typeof WITHHELD): NextStep {
  if (exchange.followed.length > 0) return 'finish';
  breakOff(exchange);
  exchange.extendedError = WITHHELD[withheld];
  return 'finish';
}

/** A zone whose policy never loaded does not know whether the name exists. */
function breakOff(exchange: Exchange): NextStep {
  exchange.rcode = RCODE.SERVFAIL;
  exchange.isAuthoritative = false;
  exchange.extendedError = NEVER_LOADED;
  return 'finish';
}
