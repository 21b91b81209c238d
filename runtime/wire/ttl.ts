/** Reads TTLs and other times of presentation format, in seconds or with units (`1h30m`). */

/** RFC 2181 §8: the top bit of a TTL is zero. */
export const MAX_TTL = 0x7fffffff;

const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86400],
  ['w', 604800],
]);

/** Reads `3600`, `1h` or `1w2d3h4m5s`; `undefined` for other text and times over the maximum. */
export function ttlFromText(text: string): number | undefined {
  if (/^\d+$/.test(text)) return atMost(Number(text));
  if (!/^(\d+[smhdw])+$/i.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw])/g)) {
    total += Number(digits) * (SECONDS.get(unit ?? '') ?? 0);
  }
  return atMost(total);
}

function atMost(seconds: number): number | undefined {
  return seconds <= MAX_TTL ? seconds : undefined;
}
