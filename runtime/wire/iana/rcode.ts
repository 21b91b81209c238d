/**
 * Response codes, extended ones included (RFC 6891 §6.1.3: the upper eight bits travel in OPT).
 * https://www.iana.org/assignments/dns-parameters (DNS RCODEs), read 2026-11.
 */

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

const TEXTS = new Map<number, string>(Object.entries(RCODE).map(([text, rcode]) => [rcode, text]));

/** The mnemonic of a response code, or `RCODE11` if it is not listed here. */
export function rcodeToText(rcode: number): string {
  return TEXTS.get(rcode) ?? `RCODE${rcode}`;
}
