/** A query as octets, for the parts of dnsteer that ask other servers (RFC 1035 §4.1, RFC 6891 §6.1). */
import { CLASS } from './iana/class.ts';
import { RRTYPE } from './iana/rrtype.ts';
import type { WireName } from './name.ts';

export interface QueryFields {
  readonly id: number;
  readonly name: WireName;
  readonly type: number;
  /** RD: that the server is to find out, if it has to. Default no. */
  readonly recursionDesired?: boolean;
  /** What a reply over UDP may have octets, told in an OPT record; without, there is none. */
  readonly udpSize?: number | undefined;
}

const RD = 0x0100;

/** Writes a query of class IN. */
export function encodeQuery({ id, name, type, recursionDesired = false, udpSize }: QueryFields): Buffer {
  const header = words(id, recursionDesired ? RD : 0, 1, 0, 0, udpSize === undefined ? 0 : 1);
  const question = [name, words(type, CLASS.IN)];
  // Owner, type, size in place of a class, response code, version and flags in place of a TTL, no options.
  const opt = udpSize === undefined ? [] : [Buffer.of(0), words(RRTYPE.OPT, udpSize, 0, 0, 0)];
  return Buffer.concat([header, ...question, ...opt]);
}

function words(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}
