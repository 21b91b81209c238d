/** Encodes a request that dnsteer sends to another server (RFC 1035 §4.1, RFC 6891 §6.1). */
import { ByteWriter } from '../base/bytes.ts';
import { CLASS } from './iana/class.ts';
import { OPCODE } from './iana/opcode.ts';
import { RRTYPE } from './iana/rrtype.ts';
import { ROOT, type WireName } from './name.ts';

export interface RequestFields {
  readonly id: number;
  /** The default is QUERY. */
  readonly opcode?: number;
  readonly name: WireName;
  readonly type: number;
  /** RD: asks the server to find the answer elsewhere if need be. The default is false. */
  readonly recursionDesired?: boolean;
  /** RDATA of the zone's SOA: of the version held for IXFR, of the new version for NOTIFY. */
  readonly soa?: Uint8Array | undefined;
  /**
   * The largest reply over UDP, in octets, which an OPT record carries; without it the request has no OPT.
   */
  readonly udpSize?: number | undefined;
  /** DO: asks for signatures (RFC 3225); without `udpSize` it has no place. The default is false. */
  readonly dnssecOk?: boolean;
  /** CD: asks for an answer that does not validate as well (RFC 4035 §3.2.2). The default is false. */
  readonly checkingDisabled?: boolean;
}

/** Writes a request with one question of class IN. */
export function encodeRequest(fields: RequestFields): Uint8Array {
  const { id, opcode = OPCODE.QUERY, name, type, recursionDesired = false, soa, udpSize } = fields;
  const { dnssecOk = false, checkingDisabled = false } = fields;
  const isNotify = opcode === OPCODE.NOTIFY;
  const out = new ByteWriter(MOST_OCTETS);
  out.u16(id);
  // RFC 1996 §3.7: NOTIFY has AA set.
  out.u16(
    (opcode << OPCODE_SHIFT) |
      (isNotify ? AA : 0) |
      (recursionDesired ? RD : 0) |
      (checkingDisabled ? CD : 0),
  );
  out.u16(1);
  // RFC 1996 §3.7 puts the SOA of NOTIFY among the answers, RFC 1995 §3 that of IXFR into the authority
  // section.
  out.u16(soa !== undefined && isNotify ? 1 : 0);
  out.u16(soa !== undefined && !isNotify ? 1 : 0);
  out.u16(udpSize === undefined ? 0 : 1);
  out.write(name);
  out.u16(type);
  out.u16(CLASS.IN);
  if (soa !== undefined) writeRecord(out, name, RRTYPE.SOA, CLASS.IN, soa);
  // In OPT the size stands in place of a class.
  if (udpSize !== undefined) writeRecord(out, ROOT, RRTYPE.OPT, udpSize, NOTHING, dnssecOk ? DO : 0);
  return out.toBytes();
}

/** Room for three names and the five numbers of an SOA, and more. */
const MOST_OCTETS = 2048;
const OPCODE_SHIFT = 11;
const AA = 0x0400;
const RD = 0x0100;
const CD = 0x0010;
/** In the place of the TTL of OPT (RFC 6891 §6.1.3). */
const DO = 0x8000;
const NOTHING = new Uint8Array(0);

/** Writes a record, by default with a TTL of 0. */
function writeRecord(
  out: ByteWriter,
  owner: WireName,
  type: number,
  klass: number,
  rdata: Uint8Array,
  ttl = 0,
): void {
  out.write(owner);
  out.u16(type);
  out.u16(klass);
  out.u32(ttl);
  out.u16(rdata.length);
  out.write(rdata);
}
