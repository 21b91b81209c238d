/**
 * Where names stand in RDATA, for those who must know without understanding the rest: the writer
 * (compression), the decoder (decompression) and DNSSEC's canonical form (RFC 4034 §6.2).
 */
import { RRTYPE } from '../iana/rrtype.ts';

export interface NameLayout {
  /** Octets in front of the first name. */
  readonly before: number;
  /** Names that follow one another from there. */
  readonly count: number;
  /** RFC 3597 §4: only the types of RFC 1035 may be compressed; others are decompressed when read. */
  readonly mayCompress: boolean;
}

const ONE: NameLayout = { before: 0, count: 1, mayCompress: true };
const TWO: NameLayout = { before: 0, count: 2, mayCompress: true };
const MX: NameLayout = { before: 2, count: 1, mayCompress: true };
const SRV: NameLayout = { before: 6, count: 1, mayCompress: false };

/** Where the names are that may be met compressed; `undefined` where there are none. */
export function nameLayout(type: number): NameLayout | undefined {
  switch (type) {
    case RRTYPE.NS:
    case RRTYPE.CNAME:
    case RRTYPE.PTR:
      return ONE;
    case RRTYPE.SOA:
      return TWO;
    case RRTYPE.MX:
      return MX;
    case RRTYPE.SRV:
      return SRV;
    default:
      return undefined;
  }
}
