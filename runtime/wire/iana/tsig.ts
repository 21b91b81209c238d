/**
 * Errors of TSIG, which share a registry with response codes, and the algorithms in use.
 * https://www.iana.org/assignments/dns-parameters (DNS RCODEs) and
 * https://www.iana.org/assignments/tsig-algorithm-names, read 2026-11.
 */

/** RFC 8945 §4.2: values of the error field of a TSIG record, which never stand in the header. */
export const TSIG_ERROR = { NOERROR: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

export type TsigError = (typeof TSIG_ERROR)[keyof typeof TSIG_ERROR];

const TEXTS = new Map<number, string>(Object.entries(TSIG_ERROR).map(([text, error]) => [error, text]));

/** The mnemonic of an error, or `ERROR99` if it is not listed here. */
export function tsigErrorToText(error: number): string {
  return TEXTS.get(error) ?? `ERROR${error}`;
}

/**
 * RFC 8945 §6: without algorithms that are deprecated (MD5, SHA-1) or hardly used (SHA-224, truncated ones,
 * GSS).
 */
export const TSIG_ALGORITHMS = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;

export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];
