/** From a plan to records: what steering chose, as a part of the answer. RFC 2308, RFC 8020, RFC 8914. */
import { unreachable } from '../base/assert.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { holdsAnything } from '../zone/lookup.ts';
import type { Exchange } from './exchange.ts';
import { addToAnswer, deny, followCname } from './find.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';

/** RFC 8914 §4.19: a refusal of this client, by rule. */
const BY_POLICY = { code: EXTENDED_ERROR.PROHIBITED, text: 'Refused by policy' };

/** Evaluates the plan. */
export function steer(exchange: Exchange, parts: Parts): NextStep {
  const { zone, plan, query, choice, steps } = exchange;
  if (zone === undefined || plan === undefined) return 'finish';
  exchange.steering.choose(plan, query.type, choice, steps);
  // What a policy denies it may grant a moment later.
  const negativeTtl = Math.min(zone.negativeTtl, parts.settings.negativeTtl);
  switch (choice.kind) {
    case 'records':
      addToAnswer(exchange, query.type, choice.ttl, choice.rdatas, choice.encoded);
      return 'finish';
    case 'cname':
      exchange.cname[0] = choice.target;
      addToAnswer(exchange, RRTYPE.CNAME, choice.ttl, exchange.cname);
      return followCname(exchange, choice.target);
    case 'nodata':
      return deny(exchange, RCODE.NOERROR, negativeTtl);
    case 'nxdomain':
      return deny(exchange, isThereAnyway(exchange) ? RCODE.NOERROR : RCODE.NXDOMAIN, negativeTtl);
    case 'refuse':
      return giveNoAnswer(exchange, RCODE.REFUSED);
    case 'servfail':
      return giveNoAnswer(exchange, RCODE.SERVFAIL);
    default:
      return unreachable(choice.kind);
  }
}

/**
 * RFC 8020 §2: resolvers take NXDOMAIN to mean all types of a name and all names below it. A policy cannot deny what
 * static records and its other hosts are there for.
 */
function isThereAnyway({ zone, host }: Exchange): boolean {
  if (zone === undefined || host === undefined) return false;
  host.existsAnyway ??= holdsAnything(zone, host.name);
  return host.existsAnyway;
}

function giveNoAnswer(exchange: Exchange, rcode: number): NextStep {
  exchange.rcode = rcode;
  exchange.isAuthoritative = false;
  if (rcode === RCODE.REFUSED) exchange.extendedError = BY_POLICY;
  return 'finish';
}
