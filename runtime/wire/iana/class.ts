/**
 * Classes. Everything dnsteer serves is of class IN.
 * https://www.iana.org/assignments/dns-parameters (DNS CLASSes), read 2026-11.
 */

export const CLASS = {
  IN: 1,
  CH: 3,
  HS: 4,
  NONE: 254,
  ANY: 255,
} as const;

const CLASSES = new Map<string, number>(Object.entries(CLASS));

/** Reads a mnemonic in any case, or `CLASS123` (RFC 3597 §5). */
export function classFromText(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = CLASSES.get(upper);
  if (known !== undefined) return known;
  if (!upper.startsWith('CLASS')) return undefined;
  const digits = /^CLASS(\d{1,5})$/.exec(upper)?.[1];
  const value = Number(digits);
  return digits !== undefined && value <= 0xffff ? value : undefined;
}
