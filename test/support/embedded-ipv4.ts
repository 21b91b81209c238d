/** IPv6 addresses with an IPv4 address inside, and those close to them, as told from the texts of the prefixes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Address,
  addressToText,
  maskAddress,
  type Prefix,
  parseIpv6,
} from '../../runtime/base/net/ip.ts';

/** A form: its prefix, the octet at which the IPv4 address begins, and whether that is inverted. */
export interface Form {
  readonly name: string;
  readonly prefix: Prefix;
  readonly start: number;
  readonly isInverted: boolean;
}

export const FORMS: readonly Form[] = [
  form('compatible', '::', 96, 12),
  form('mapped', '::ffff:0:0', 96, 12),
  form('translated', '::ffff:0:0:0', 96, 12),
  form('of NAT64', '64:ff9b::', 96, 12),
  form('Teredo', '2001::', 32, 12, true),
  form('6to4', '2002::', 16, 2),
];

function form(name: string, text: string, length: number, start: number, isInverted = false): Form {
  const bytes = parseIpv6(text) ?? assert.fail(text);
  return { name, prefix: { address: { family: 6, bytes }, length }, start, isInverted };
}

/** The form that an address has. `::1` and its like, in ::/104, are IPv6. */
export function formOf(address: Address): Form | undefined {
  if (address.family === 4) return undefined;
  const found = FORMS.find(
    ({ prefix }) => addressToText(maskAddress(address, prefix.length)) === addressToText(prefix.address),
  );
  return found?.name === 'compatible' && address.bytes[12] === 0 ? undefined : found;
}

/** Puts an IPv4 address inside one of IPv6, whose other octets come from `rest`. */
export function embed(ipv4: Address, { prefix, start, isInverted }: Form, rest: Uint8Array): Address {
  const bytes = rest.slice();
  bytes.set(prefix.address.bytes.subarray(0, prefix.length >> 3));
  bytes.set(
    ipv4.bytes.map((octet) => octet ^ (isInverted ? 0xff : 0)),
    start,
  );
  return { family: 6, bytes };
}

/** Addresses with one of these inside. */
export function embedded(ipv4: fc.Arbitrary<Address>): fc.Arbitrary<Address> {
  return fc
    .tuple(ipv4, fc.constantFrom(...FORMS), fc.uint8Array({ minLength: 16, maxLength: 16 }))
    .map(([inner, form, rest]) => embed(inner, form, rest));
}

/** Where a form begins and ends, and what is beside it. */
export const BORDERS: readonly Address[] = [
  '::',
  '::1',
  '::ff:ffff',
  '::100:0',
  '::ffff:ffff',
  '::1:0:0',
  '::fffe:ffff:ffff',
  '::ffff:0.0.0.0',
  '::ffff:255.255.255.255',
  '::1:0:0:0',
  '::fffe:ffff:ffff:ffff',
  '::ffff:0:0:0',
  '::ffff:0:ffff:ffff',
  '::ffff:1:0:0',
  '0:0:1::',
  '64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff',
  '64:ff9b::',
  '64:ff9b::ffff:ffff',
  '64:ff9b::1:0:0',
  '64:ff9b:1::',
  '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2001::',
  '2001:0:ffff:ffff:ffff:ffff:ffff:ffff',
  '2001:1::',
  '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2002::',
  '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2003::',
].map((text) => ({ family: 6, bytes: parseIpv6(text) ?? assert.fail(text) }));
