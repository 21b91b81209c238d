/**
 * What TSIG has beside response codes of its own kind: errors, which share their registry, and the
 * algorithms in use.
 * https://www.iana.org/assignments/dns-parameters (DNS RCODEs) and
 * https://www.iana.org/assignments/tsig-algorithm-names, read 2026-11.
 */

/** RFC 8945 §4.2: in the error field of the record, and never in the header. */
export const TSIG_ERROR = { NOERROR: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

export type TsigError = (typeof TSIG_ERROR)[keyof typeof TSIG_ERROR];

const TEXTS = new Map<number, string>(Object.entries(TSIG_ERROR).map(([text, error]) => [error, text]));

/** The mnemonic, or `ERROR99` where there is none here. */
export function tsigErrorToText(error: number): string {
  return TEXTS.get(error) ?? `ERROR${error}`;
}

/** RFC 8945 §6: those that are neither deprecated (MD5, SHA-1) nor hardly met (SHA-224, truncated ones, GSS). */
export const TSIG_ALGORITHMS = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;

export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];
