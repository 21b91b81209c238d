/**
 * DNSSEC algorithms.
 * https://www.iana.org/assignments/dns-sec-alg-numbers (DNS Security Algorithm Numbers), read 2026-11.
 */

export const DNSSEC_ALGORITHMS = {
  DELETE: 0,
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  SM2SM3: 17,
  'ECC-GOST12': 23,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
} as const;

const SHA1 = 'signs SHA-1 hashes, which must not be used (RFC 9905)';

/** Why nobody may sign with an algorithm, by its number; each ends a sentence about the algorithm. */
export const MUST_NOT_SIGN: ReadonlyMap<number, string> = new Map([
  [DNSSEC_ALGORITHMS.DELETE, 'stands for no key at all (RFC 8078 §4)'],
  [DNSSEC_ALGORITHMS.RSAMD5, 'signs MD5 hashes, which must not be used (RFC 9904)'],
  [DNSSEC_ALGORITHMS.DSA, SHA1],
  [DNSSEC_ALGORITHMS.RSASHA1, SHA1],
  [DNSSEC_ALGORITHMS['DSA-NSEC3-SHA1'], SHA1],
  [DNSSEC_ALGORITHMS['RSASHA1-NSEC3-SHA1'], SHA1],
  [DNSSEC_ALGORITHMS['ECC-GOST'], 'must not be used (RFC 9906)'],
]);
