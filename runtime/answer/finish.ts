/**
 * The end of every answer: from what was collected to octets, with what becomes of it where that is too much; then
 * header and OPT.
 *
 * RFC 2181 §9 (TC), RFC 8914 (why).
 */
import type { FallbackReason } from '../rpc/fallback.ts';
import { CLASS } from '../wire/iana/class.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { cycle } from './cycle.ts';
import { beginReply, writeOpt } from './edns.ts';
import type { Exchange } from './exchange.ts';
import { DEPENDS } from './facts/dependence.ts';
import type { Parts } from './parts.ts';
import { writeSections } from './write-sections.ts';

/** Writes the sections, once; what does not fit makes the reply another. */
export function finish(exchange: Exchange): void {
  const { cause, sections, writer, dependence, isPutOff, zone } = exchange;
  if (zone?.attachment.isCyclic === true) cycle(exchange);
  if (isPutOff || !writeSections(sections, writer)) cutShort(exchange);
  if (!writer.isWhole) dependence.note(DEPENDS.SIZE);
  if (cause !== undefined) exchange.conclude(exchange.rcode, FELL_BACK[cause.reason]);
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
  exchange.conclude(knowsCookies ? RCODE.BADCOOKIE : RCODE.NOERROR);
  beginReply(exchange, parts);
  if (!knowsCookies) writer.setTruncated();
  writer.setRcode(exchange.rcode);
  writeOpt(exchange, parts);
}

/** An answer without all of it is none. Where there is no larger message to ask for, that is the end of it. */
function cutShort(exchange: Exchange): void {
  const { writer } = exchange;
  writer.dropSections();
  if (exchange.isOn(DEPENDS.DATAGRAM)) {
    exchange.draw.giveBack(exchange.query);
    writer.setTruncated();
    return;
  }
  exchange.conclude(RCODE.SERVFAIL, TOO_LARGE);
  exchange.isAuthoritative = false;
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
