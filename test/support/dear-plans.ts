/** Records that are valid and dear to read for their length, and plans made of nothing else. */

const many = (count: number, value: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => value(index));
const words = (count: number, word: (index: number) => string): string => many(count, word).join(' ');

const key = (index: number): string => `key${index + 10}`;

/** What they are → records by type. */
export const DEAR_RECORDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'empty texts': { TXT: many(256, () => '') },
  'short texts': { TXT: many(256, (index) => index.toString(36)) },
  'texts of empty strings': { TXT: [many(256, () => '')] },
  addresses: { A: many(256, (index) => `1.1.1.${index}`) },
  'IPv6 addresses': { AAAA: many(256, (index) => `::${index.toString(16)}`) },
  'keys of services': { SVCB: [`1 . ${words(200, key)}`] },
  'lists of keys': { SVCB: [`1 . mandatory=${words(200, key).replaceAll(' ', ',')} ${words(200, key)}`] },
  escapes: { URI: [`1 1 "${'\\000'.repeat(5000)}"`] },
  'strings with an escape': { HINFO: many(250, () => `"\\000${'y'.repeat(100)}" "${'x'.repeat(110)}"`) },
  'octets of types without a name': { TYPE999: many(250, (index) => `\\# 1 ${hex(index)}`) },
  'types without records': Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`TYPE${index + 300}`, []]),
  ),
  exchangers: { MX: many(256, (index) => `1 a.b${index}`) },
  'names of many labels': { PTR: many(200, (index) => `${'a.'.repeat(20)}b${index}`) },
  prefixes: { APL: [words(1000, () => '1:10.0.0.0/8')] },
  places: { LOC: many(250, (index) => `${index % 90} N 1 E 1m`) },
  rules: { NAPTR: many(250, (index) => `1 1 "" "" "!x!y${index}!" .`) },
  authorities: { CAA: many(250, (index) => `0 issue "a${index}"`) },
};

/** As many of them as 62 000 characters hold. */
export function filled(records: Readonly<Record<string, unknown>>, characters = 62_000): unknown {
  const one = { kind: 'records', records };
  const count = Math.ceil(characters / (JSON.stringify(one).length + 1));
  return { kind: 'firstHealthy', of: Array(Math.min(250, count)).fill(one) };
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
