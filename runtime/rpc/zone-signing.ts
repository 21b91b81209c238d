/**
 * How a zone is signed, as control tells answer processes: with which keys, by which rules, and what is said of
 * names that a policy decides. The private parts of keys go in a message of their own, {@link SigningKeys},
 * which nobody logs and no file ever holds.
 */

export interface ZoneSigning {
  /** The keys that sign; keys that are only published are records of the zone. */
  readonly keys: readonly SigningRole[];
  readonly denial: 'chain' | 'compact';
  /**
   * Seconds, `since` since 1970: how long signatures are valid, how much of that is left when they are renewed,
   * and when the keys last changed (dnssec/signing/signature-times.ts).
   */
  readonly rules: { readonly validity: number; readonly refresh: number; readonly since: number };
  /** By host: all types that the policy could answer there, in ascending order, CNAME among them. */
  readonly hostTypes: readonly (readonly number[])[];
  /**
   * By host: whether a wildcard decides by `query.name`, so that its answers are signed, and denied, at the name
   * asked: a cache would give one name's answer to another (RFC 8198 §5.3).
   */
  readonly byName: readonly boolean[];
  /**
   * Where control signs the zone for all processes: as of when, in seconds since 1970 (dnssec/signing/part-times.ts).
   * A zone that is not transferred, or of which a policy decides names, is signed by each process for itself.
   */
  readonly wholeAt?: number;
}

/** What a key signs. */
export interface SigningRole {
  /** RFC 4034 App. B. */
  readonly tag: number;
  readonly algorithm: number;
  /** RDATA of its DNSKEY in base64. */
  readonly dnskey: string;
  /** Whether it signs DNSKEY, CDS and CDNSKEY. */
  readonly signsKeys: boolean;
  /** Whether it signs everything else. */
  readonly signsZone: boolean;
}

/** A zone that is declared to be signed and has no key to sign with: clients that want signatures get SERVFAIL. */
export interface FailedSigning {
  /** Why there is none, in words. */
  readonly failed: string;
}

/** A zone that was signed elsewhere is served as it is, with the signatures and proofs that it has. */
export interface SignedElsewhere {
  readonly elsewhere: true;
  /** When the first of its signatures end, in seconds since 1970. */
  readonly end?: number;
}

/** The keys of zones with their private parts. Each zone's list replaces the one before. */
export interface SigningKeys {
  readonly zone: string;
  /** All in base64: RDATA of the DNSKEY, and the private key as PKCS #8 (RFC 5958). */
  readonly keys: readonly { readonly tag: number; readonly dnskey: string; readonly pkcs8: string }[];
}
