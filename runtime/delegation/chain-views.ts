/** The chain of trust as one server shows it. RDATA is as it came; times are seconds since 1970. */
import type { DsSeen } from '../dnssec/rolls/observations.ts';

/** What a name server of the zone says of its keys, with DO and CD set. */
export interface ChainView {
  /** RDATA of DNSKEY; none: the zone is not signed there. */
  readonly keys: readonly Uint8Array[];
  /** Signatures of DNSKEY, of the SOA, and of CDS and CDNSKEY, which are there where there are such sets. */
  readonly signatures: readonly SignatureView[];
  readonly hasSoaSignature: boolean;
  readonly cds: readonly Uint8Array[];
  readonly cdnskeys: readonly Uint8Array[];
}

export interface SignatureView {
  /** The type it covers: `DNSKEY`. */
  readonly covers: string;
  readonly tag: number;
  readonly algorithm: number;
  readonly from: number;
  readonly until: number;
  /** Whether a key of this server made it over what this server answers; `unknown` where there is no such key, or none of a known algorithm. */
  readonly holds: 'yes' | 'no' | 'unknown';
}

/** The DS that a server of the parent has, or why it is not known. */
export type DsView =
  | { readonly kind: 'seen'; readonly ds: readonly DsSeen[] }
  | { readonly kind: 'unknown'; readonly why: string };
