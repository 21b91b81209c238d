/**
 * Keys of the parameters in SVCB and HTTPS records.
 * https://www.iana.org/assignments/dns-svcb (Service Parameter Keys (SvcParamKeys)), read 2026-11.
 */

export const SVC_PARAM = {
  mandatory: 0,
  alpn: 1,
  'no-default-alpn': 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
  ohttp: 8,
} as const;

/** RFC 9460 §14.3.2: the last key is reserved ("Invalid key"). */
export const INVALID_KEY = 65535;

const TEXTS = new Map<number, string>(Object.entries(SVC_PARAM).map(([text, key]) => [key, text]));
const KEYS = new Map<string, number>(Object.entries(SVC_PARAM));

/** Reads the registered name of a key, or `key123` without leading zeros (RFC 9460 §2.1). */
export function svcParamFromText(text: string): number | undefined {
  const known = KEYS.get(text);
  if (known !== undefined) return known;
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(text)?.[1];
  const key = Number(digits);
  return digits !== undefined && key < INVALID_KEY ? key : undefined;
}

/** The registered name of a key, or `key123` if it is not listed here (RFC 9460 §2.1). */
export function svcParamToText(key: number): string {
  return TEXTS.get(key) ?? `key${key}`;
}
