/** Which types updates may change: ever, and at the hosts of a policy. */
import { isDataType, RRTYPE } from '../wire/iana/rrtype.ts';

/**
 * Types that are the zone's own: its serial and its name servers, delegations, redirections, and what the signer of the
 * zone makes (RFC 3007 §3.1.1, §4.3).
 */
const NEVER: ReadonlySet<number> = new Set([
  RRTYPE.SOA,
  RRTYPE.NS,
  RRTYPE.DNAME,
  RRTYPE.DS,
  RRTYPE.RRSIG,
  RRTYPE.NSEC,
  RRTYPE.NSEC3,
  RRTYPE.NSEC3PARAM,
  RRTYPE.DNSKEY,
  RRTYPE.CDS,
  RRTYPE.CDNSKEY,
]);

/** What a policy answers with: a record beside it would be served in its place (zone/lookup.ts). */
const DECIDED: ReadonlySet<number> = new Set([RRTYPE.A, RRTYPE.AAAA, RRTYPE.CNAME]);

/** Whether an update may change records of a type, if its author may. */
export function isChangeable(type: number): boolean {
  return isDataType(type) && !NEVER.has(type);
}

/** Whether the policy decides records of a type, where it has a host. */
export function isDecidedByHost(type: number): boolean {
  return DECIDED.has(type);
}
