/** Names of key files: `Kshop.example.+013+04711`, and `.private`, `.key` or `.state` after it. */
import { canonicalName, nameFromText, type WireName } from '../../wire/name.ts';

export interface KeyName {
  readonly zone: WireName;
  readonly algorithm: number;
  readonly tag: number;
}

/** The name without its ending. Octets that are no letters, digits, `-` or `_` are written as `%2F`, as BIND does. */
export function keyNameToText({ zone, algorithm, tag }: KeyName): string {
  const name = canonicalName(zone);
  let text = '';
  for (let at = 0; at < name.length - 1; text += '.') {
    const end = at + 1 + (name[at] ?? 0);
    for (at++; at < end; at++) text += octetToText(name[at] ?? 0);
  }
  return `K${text === '' ? '.' : text}+${digits(algorithm, 3)}+${digits(tag, 5)}`;
}

/** Reads such a name; `undefined` for all others. */
export function keyNameFromText(text: string): KeyName | undefined {
  const parts = /^K(.+)\+(\d{3})\+(\d{5})$/.exec(text);
  const [, name = '', algorithm, tag] = parts ?? [];
  if (parts === null || !/^(?:[\w.-]|%[\dA-F]{2})+$/i.test(name)) return undefined;
  const escaped = name.replace(/%(..)/g, (_, hex: string) => `\\${digits(Number.parseInt(hex, 16), 3)}`);
  const zone = nameFromText(escaped);
  return zone.ok ? { zone: zone.value, algorithm: Number(algorithm), tag: Number(tag) } : undefined;
}

function octetToText(octet: number): string {
  const character = String.fromCharCode(octet);
  return /[\w-]/.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
}

function digits(number: number, length: number): string {
  return String(number).padStart(length, '0');
}
