/** Problems of a delegation. Codes are stable, for scripts; messages are for people and may change. */

export type Severity = 'error' | 'warning';

export const FINDINGS = {
  /** The parent could not be asked: nothing is known of the delegation itself. */
  PARENT_UNKNOWN: 'error',
  /** The parent has no NS records for the zone. */
  NOT_DELEGATED: 'error',
  /** Servers of the parent give different answers; a change may be on its way. */
  PARENT_DIFFERS: 'warning',
  /** A server is in the zone's files and not at the parent. */
  NS_NOT_ENTERED: 'error',
  /** A server is at the parent and not in the zone's files. */
  NS_NOT_OURS: 'error',
  /** A name server's own NS records are not those at the parent. */
  NS_DIFFERS: 'error',
  /** Fewer than two name servers, or two with one address. */
  NS_ALONE: 'warning',
  /** A name server has no address. */
  NS_WITHOUT_ADDRESS: 'error',
  /** The address of a name server could not be looked up. */
  NS_UNKNOWN: 'warning',
  /** The parent has no address of a name server inside the zone. */
  GLUE_MISSING: 'error',
  /** The parent's address of a name server is not the zone's. */
  GLUE_DIFFERS: 'error',
  /** This machine has no way to an address: nothing is known of the server there. */
  SERVER_UNREACHABLE: 'warning',
  /** All name servers answer as resolvers do: the network here may answer in their place. */
  ANSWERED_BY_RESOLVER: 'warning',
  /** A name server does not answer over UDP. */
  UDP_FAILS: 'error',
  /** A name server does not answer over TCP. */
  TCP_FAILS: 'error',
  /** A name server answers, but not for this zone. */
  SERVER_LAME: 'error',
  /** A name server does not answer queries with EDNS. */
  EDNS_FAILS: 'error',
  /** A name server answers as if it did not know EDNS. */
  EDNS_IGNORED: 'warning',
  /** A name server offers to look up names of other zones. */
  RECURSION_OFFERED: 'warning',
  /** Name servers have different versions of the zone. */
  SERIAL_DIFFERS: 'error',
  /** The parent has a DS and a server no key that fits it: validating resolvers find its answers bogus. */
  DS_WITHOUT_KEY: 'error',
  /** A server of the parent does not tell whether there is a DS. */
  DS_UNKNOWN: 'warning',
  /** Servers of the parent have different DS; a change may be on its way. */
  DS_DIFFERS: 'warning',
  /** A DS fits no key, beside one that does. */
  DS_IDLE: 'warning',
  /** The zone is signed, and the parent has no DS. */
  DS_MISSING: 'warning',
  /** CDS ask for other DS than the parent has. */
  DS_AWAITED: 'warning',
  /** CDS and CDNSKEY do not ask for the same. */
  CDS_DIFFERS: 'error',
  /** Name servers have different DNSKEY. */
  KEYS_DIFFER: 'error',
  /** DNSKEY is not signed by a key that a DS points to. */
  KEYS_UNSIGNED: 'error',
  /** A zone with a DNSKEY has no signatures. */
  SIGNATURES_MISSING: 'error',
  /** A signature is not that of the records it stands beside. */
  SIGNATURE_WRONG: 'error',
  /** A signature is over, or has not begun. */
  SIGNATURE_EXPIRED: 'error',
  /** A signature ends within a day. */
  SIGNATURE_ENDING: 'warning',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The problem; begins with a capital, without a final stop. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A finding, with the severity of its code. */
export function found(code: FindingCode, message: string, remedy: string): Finding {
  return { code, severity: FINDINGS[code], message, remedy };
}
