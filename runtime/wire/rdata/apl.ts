/** APL: a list of address prefixes, some of them excepted (RFC 3123). */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { addressToText, parseIpv6 } from '../../base/net/ip.ts';
import { ipv4FromText } from './address-fields.ts';
import type { Field } from './field.ts';

const NEGATED = 0x80;

interface AddressFamily {
  readonly family: 4 | 6;
  readonly octets: number;
  readonly read: (text: string) => Uint8Array | undefined;
}

/** Address families by number (https://www.iana.org/assignments/address-family-numbers). */
const FAMILIES: Readonly<Record<number, AddressFamily>> = {
  1: { family: 4, octets: 4, read: ipv4FromText },
  2: { family: 6, octets: 16, read: parseIpv6 },
};

export const prefixes: Field = {
  what: '[[!]family:address/length…]',
  shape: 'other',
  parse(fields, out) {
    while (fields.hasMore) {
      const { text } = fields.field('prefix');
      if (!writePrefix(text, out))
        fields.refuse(`"${text}" is no prefix such as 1:192.0.2.0/24, 2:2001:db8::/32 or !1:192.0.2.64/28`);
    }
  },
  print(rdata) {
    const texts: (string | undefined)[] = [];
    while (rdata.remaining > 0) texts.push(readPrefix(rdata));
    return texts.includes(undefined) ? undefined : texts.join(' ');
  },
};

/** Writes a prefix; returns false if the text is none. */
function writePrefix(text: string, out: ByteWriter): boolean {
  const [, negation, number, address = '', digits] = /^(!?)([12]):([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = FAMILIES[Number(number)];
  const octets = family?.read(address);
  const length = Number(digits);
  if (family === undefined || octets === undefined || length > family.octets * 8) return false;
  // RFC 3123 §4: an address is written without octets of zeros at its end.
  const used = octets.findLastIndex((octet) => octet !== 0) + 1;
  out.u16(Number(number));
  out.u8(length);
  out.u8(negation === '!' ? NEGATED | used : used);
  out.write(octets.subarray(0, used));
  return true;
}

/** Prints a prefix; `undefined` for a family without a text form. */
function readPrefix(rdata: ByteReader): string | undefined {
  const number = rdata.u16();
  const length = rdata.u8();
  const flagAndCount = rdata.u8();
  const used = rdata.take(flagAndCount & ~NEGATED);
  const family = FAMILIES[number];
  if (used.at(-1) === 0) rdata.fail();
  if (family === undefined) return undefined;
  if (length > family.octets * 8 || used.length > family.octets) {
    rdata.fail();
    return undefined;
  }
  const bytes = new Uint8Array(family.octets);
  bytes.set(used);
  const negation = flagAndCount & NEGATED ? '!' : '';
  return `${negation}${number}:${addressToText({ family: family.family, bytes })}/${length}`;
}
