/**
 * The end of every answer: authority and additional sections, response code, truncation, OPT.
 *
 * RFC 1034 §4.3.2, RFC 2308 §3 (SOA in negative answers), RFC 2181 §9 (TC), RFC 9471 (glue), RFC 8914 (why).
 */
import type { FallbackReason } from '../rpc/fallback.ts';
import { CLASS } from '../wire/iana/class.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { writeAdditional, writeGlue } from './additional.ts';
import { beginReply, writeOpt } from './edns.ts';
import type { Exchange } from './exchange.ts';
import type { Parts } from './parts.ts';

/** Completes the reply in the exchange's writer. */
export function finish(exchange: Exchange, parts: Parts): void {
  const { cause } = exchange;
  if (!exchange.overflows) writeAuthority(exchange);
  if (exchange.overflows) cutShort(exchange);
  if (cause !== undefined) exchange.extendedError = FELL_BACK[cause.reason];
  parts.packets?.keep(exchange);
  seal(exchange, parts);
}

/** Completes a reply whose sections are there: header and OPT. */
export function seal(exchange: Exchange, parts: Parts): void {
  const { writer } = exchange;
  // RFC 1035 §6.2: nobody can vouch for all classes.
  writer.setAuthoritative(exchange.isAuthoritative && exchange.query.class === CLASS.IN);
  writer.setRcode(exchange.rcode);
  writeOpt(exchange, parts);
}

/**
 * Makes the reply one that tells a client to prove that its address is its own: with our cookie, which
 * goes along to those that know cookies (RFC 7873 §5.2.3), or over TCP.
 */
export function putOff(exchange: Exchange, parts: Parts): void {
  const { query, writer } = exchange;
  const knowsCookies = query.cookieAt > 0;
  exchange.rcode = knowsCookies ? RCODE.BADCOOKIE : RCODE.NOERROR;
  exchange.extendedError = undefined;
  beginReply(exchange, parts);
  if (!knowsCookies) writer.setTruncated();
  writer.setRcode(exchange.rcode);
  writeOpt(exchange, parts);
}

function writeAuthority(exchange: Exchange): void {
  const { zone, writer, referral, negativeTtl } = exchange;
  if (zone === undefined) return;
  if (referral !== undefined) {
    const { owner, type, ttl, rdatas } = referral;
    exchange.overflows = !writer.writeRRset('authority', owner, type, ttl, rdatas);
    // RFC 9471 §3.1: the client is to ask over TCP, or to make do with what there is.
    if (!exchange.overflows && !writeGlue(exchange, zone, referral)) writer.setTruncated();
  } else if (negativeTtl !== undefined) {
    exchange.overflows = !writer.writeRRset(
      'authority',
      zone.origin,
      RRTYPE.SOA,
      negativeTtl,
      zone.soa.rdatas,
    );
  } else {
    writeAdditional(exchange, zone);
  }
}

/** An answer without all of it is none. Where there is no larger message to ask for, that is the end of it. */
function cutShort(exchange: Exchange): void {
  const { writer, requester } = exchange;
  writer.dropSections();
  if (requester.transport === 'udp') {
    writer.setTruncated();
    return;
  }
  exchange.rcode = RCODE.SERVFAIL;
  exchange.isAuthoritative = false;
  exchange.extendedError = TOO_LARGE;
}

const TOO_LARGE = { code: EXTENDED_ERROR.OTHER, text: 'The answer is larger than a message' };

/**
 * What clients are told of a fallback. RFC 8914 has no code for it, so it is "Other" with a text;
 * the policy's own message is for its operator, not for everyone.
 */
const FELL_BACK: Readonly<Record<FallbackReason, ExtendedError>> = {
  throw: fellBack('policy failed'),
  budget: fellBack('policy budget exceeded'),
  deadline: fellBack('policy deadline exceeded'),
  memory: fellBack('policy memory limit exceeded'),
  invalid: fellBack('policy gave no valid answer'),
  sandbox: fellBack('policy sandbox not available'),
  breaker: fellBack('policy failed repeatedly'),
  quarantined: fellBack('policy quarantined'),
};

function fellBack(why: string): ExtendedError {
  return { code: EXTENDED_ERROR.OTHER, text: `${why}: fallback served` };
}
