/**
 * Whether a packet gets an answer at all, and which ones are settled by header and question alone.
 *
 * RFC 1035 §4.1.1, RFC 6895 §3.1 (types that only questions have), RFC 8914 (why), RFC 9824 §3.5.
 */
import { CLASS } from '../wire/iana/class.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { OPCODE } from '../wire/iana/opcode.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { isDataType, RRTYPE } from '../wire/iana/rrtype.ts';
import { type ParseOutcome, parseQuery, type Query } from '../wire/query.ts';
import type { Exchange } from './exchange.ts';
import { DEPENDS } from './facts/dependence.ts';
import { ONLY_IN } from './identity.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';

/** Mail as it was before MX (RFC 1035 §3.2.3). */
const MAILB = 253;
const MAILA = 254;

/** RFC 6895 §3.2: no class; nor is NONE, which is for updates (RFC 2136 §2.4). */
const RESERVED_CLASS = 0;

const NO_TRANSFERS = { code: EXTENDED_ERROR.NOT_SUPPORTED, text: 'Zone transfers are not offered' };
const NO_SUCH_TYPE = { code: EXTENDED_ERROR.INVALID_QUERY_TYPE };

/** Reads the query; a response code other than NOERROR is the answer. */
export function accept(exchange: Exchange, { transfers }: Parts): NextStep {
  const { packet, query } = exchange;
  const outcome = parseQuery(packet, query);
  if (outcome === 'drop') return 'drop';
  if (transfers !== undefined && isAside(query, outcome, transfers.takesUpdates)) return 'aside';
  exchange.nameLength = query.nameLength;
  beginFacts(exchange);
  if (outcome === 'ok') judgeQuestion(exchange);
  else if (outcome === 'notimp' && query.opcode === OPCODE.UPDATE && transfers?.takesUpdates === true) {
    // RFC 2136 §3.1: what cannot be read as an update is malformed.
    exchange.conclude(RCODE.FORMERR);
  } else if (outcome !== 'cookie') exchange.conclude(RCODES[outcome]);
  return 'next';
}

/** From here on all that is read of the client is noted. */
function beginFacts(exchange: Exchange): void {
  const { query, facts, dependence, requester, overrides, steps, isResumed } = exchange;
  facts.begin(query.clientSubnet, requester, overrides);
  const isAlone = steps !== undefined || overrides !== undefined;
  if (query.class !== CLASS.IN || isResumed || isAlone) dependence.note(DEPENDS.THIS_QUERY);
}

const RCODES = {
  formerr: RCODE.FORMERR,
  notify: RCODE.NOTIMP,
  update: RCODE.NOTIMP,
  notimp: RCODE.NOTIMP,
  badvers: RCODE.BADVERS,
} as const;

/** Signed, a transfer, NOTIFY or UPDATE. */
function isAside(
  { tsigAt, type, class: queryClass }: Query,
  outcome: ParseOutcome,
  takesUpdates: boolean,
): boolean {
  if (tsigAt !== 0) return outcome !== 'formerr';
  if (outcome === 'update') return takesUpdates;
  if (outcome !== 'ok') return outcome === 'notify';
  return (type === RRTYPE.AXFR || type === RRTYPE.IXFR) && queryClass === CLASS.IN;
}

function judgeQuestion(exchange: Exchange): void {
  const { type, class: queryClass } = exchange.query;
  if (queryClass !== CLASS.IN && queryClass !== CLASS.ANY && queryClass !== CLASS.CH) {
    if (queryClass === RESERVED_CLASS || queryClass === CLASS.NONE) exchange.conclude(RCODE.FORMERR);
    else exchange.conclude(RCODE.REFUSED, ONLY_IN);
  } else if (type === RRTYPE.AXFR || type === RRTYPE.IXFR) {
    exchange.conclude(RCODE.REFUSED, NO_TRANSFERS);
  } else if (type === MAILA || type === MAILB) {
    exchange.conclude(RCODE.NOTIMP);
  } else if (!isDataType(type) && type !== RRTYPE.ANY) {
    // OPT, TSIG, TKEY and the rest of their kind are no questions.
    exchange.conclude(RCODE.FORMERR, NO_SUCH_TYPE);
  }
}
