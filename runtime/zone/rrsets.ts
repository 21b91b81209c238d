/** How large an RRset may be. */

/**
 * Octets one RRset may take: 65535 of a message (RFC 1035 §4.2.2) less the header, the longest
 * question, an OPT record with a client subnet, and an RRSIG by a large RSA key.
 */
export const MAX_RRSET_OCTETS = 64_000;

/** Octets of records in a message: each has an owner (a compression pointer), type, class, TTL and length. */
export function octetsInMessage(rdatas: readonly Uint8Array[]): number {
  return rdatas.reduce((sum, rdata) => sum + 12 + rdata.length, 0);
}
