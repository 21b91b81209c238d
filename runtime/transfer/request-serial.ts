/** The serial that a request for changes (RFC 1995) or a NOTIFY (RFC 1996) names. */
import { ByteReader } from '../base/bytes.ts';
import { decodeMessage } from '../wire/decode.ts';
import { soaIn } from '../wire/rdata/soa.ts';

/** Position of the counts in a header (RFC 1035 §4.1.1). */
const COUNTS_AT = 4;
/** The most records of a request: a question, the SOA, OPT and TSIG. */
const MOST_RECORDS = 4;

/**
 * The serial of the SOA in a section of a message, if there is one. RFC 1995 §3, RFC 1996 §3.7: there is one
 * record. A message with thousands is not read, as all other queries would wait meanwhile.
 */
export function serialInRequest(packet: Uint8Array, section: 'answers' | 'authorities'): number | undefined {
  if (recordsIn(packet) > MOST_RECORDS) return undefined;
  const message = decodeMessage(packet);
  return message.ok ? soaIn(message.value[section])?.serial : undefined;
}

/** The number of records, by the counts in the header. */
function recordsIn(packet: Uint8Array): number {
  const header = new ByteReader(packet, COUNTS_AT);
  return header.u16() + header.u16() + header.u16() + header.u16();
}
