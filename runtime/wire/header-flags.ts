/** Flags in the headers of responses, by opcode. */
import { OPCODE } from './iana/opcode.ts';
import type { Query } from './query.ts';

const QR = 0x8000;
const OPCODE_BITS = 0x7800;
export const AA = 0x0400;
export const TC = 0x0200;
const RD = 0x0100;

/**
 * What the response to a query begins with: opcode and RD are copied (RFC 1035 §4.1.1), CD is cleared (RFC 4035 §3.1.6).
 * RD is a flag of QUERY: NOTIFY (RFC 1996 §3.2), UPDATE (RFC 2136 §2.2) and DSO (RFC 8490 §5.4) have zeros there, and
 * what an opcode has there that is not implemented nobody knows.
 */
export function firstFlags({ opcode, flagsWord }: Query): number {
  return QR | (flagsWord & (opcode === OPCODE.QUERY ? RD : OPCODE_BITS));
}

/** By opcode: which of AA and TC a response may set. */
export const SETTABLE_FLAGS = Uint16Array.from({ length: 16 }, (_, opcode) => {
  if (opcode === OPCODE.QUERY) return AA | TC;
  return opcode === OPCODE.NOTIFY ? AA : 0;
});
