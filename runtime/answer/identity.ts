/** What the server says of itself in class CH: what its operator has it say, and nothing else (RFC 4892 §3). */
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { nameToText } from '../wire/name.ts';
import { txtRdata } from '../wire/rdata/txt.ts';
import type { Exchange } from './exchange.ts';
import type { NextStep } from './next-step.ts';
import type { Parts } from './parts.ts';

export const ONLY_IN = { code: EXTENDED_ERROR.NOT_SUPPORTED, text: 'Only class IN is served' };

/** Answers a query of class CH. */
export function tellIdentity(exchange: Exchange, { settings }: Parts): NextStep {
  const { query, sections } = exchange;
  const text = textFor(nameToText(query.name.subarray(0, query.nameLength)), settings.identity);
  const rdata = text === undefined ? undefined : txtRdata([text]);
  if (rdata?.ok && (query.type === RRTYPE.TXT || query.type === RRTYPE.ANY)) {
    // Resolvers are not to keep it: it is about whoever happened to answer.
    sections.answer.addOne(undefined, RRTYPE.TXT, 0, rdata.value, 'server');
    return 'finish';
  }
  exchange.conclude(RCODE.REFUSED, ONLY_IN);
  return 'finish';
}

/** The names by which servers are asked; those of BIND are older, those of RFC 4892 no vendor's. */
function textFor(name: string, identity: Parts['settings']['identity']): string | undefined {
  switch (name) {
    case 'id.server.':
    case 'hostname.bind.':
      return identity?.name;
    case 'version.server.':
    case 'version.bind.':
      return identity?.version;
    default:
      return undefined;
  }
}
