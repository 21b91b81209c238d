/**
 * Types of certificates in CERT records.
 * https://www.iana.org/assignments/cert-rr-types (CERT RR Certificate Types), read 2026-11.
 */

export const CERTIFICATE_TYPES = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
} as const;
