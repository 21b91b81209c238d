/** A request to change a zone: an UPDATE message (RFC 2136 §2), or what another interface asks for in the same form. */
import { fail, ok, type Result } from '../base/result.ts';
import { decodeMessage } from '../wire/decode.ts';
import { CLASS } from '../wire/iana/class.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ClassedRecord } from '../wire/message.ts';
import type { WireName } from '../wire/name.ts';

export interface UpdateRequest {
  readonly zone: WireName;
  readonly prerequisites: readonly ClassedRecord[];
  readonly updates: readonly ClassedRecord[];
}

/** Why a request is not carried out: a response code, and the reason in words. */
export interface UpdateRefusal {
  readonly rcode: number;
  readonly text: string;
}

/** Reads an UPDATE message, without its TSIG record. */
export function readUpdate(message: Uint8Array): Result<UpdateRequest, UpdateRefusal> {
  const decoded = decodeMessage(message);
  if (!decoded.ok) return fail({ rcode: RCODE.FORMERR, text: decoded.problem });
  const { questions, answers, authorities } = decoded.value;
  const [zone] = questions;
  // RFC 2136 §3.1.1: the zone section has one record, of type SOA.
  if (zone === undefined || questions.length > 1 || zone.type !== RRTYPE.SOA) {
    return fail({ rcode: RCODE.FORMERR, text: 'The zone section is not one name with type SOA' });
  }
  // RFC 2136 §3.1.2: no zone of another class is here.
  if (zone.class !== CLASS.IN) return fail({ rcode: RCODE.NOTAUTH, text: 'Zones are of class IN' });
  return ok({ zone: zone.name, prerequisites: answers, updates: authorities });
}
