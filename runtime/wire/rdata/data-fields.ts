/** Keys, digests and other opaque octets, in hexadecimal digits, Base64 or Base32. */

import type { ByteReader } from '../../base/bytes.ts';
import { fromBase32hex, toBase32hex, toBase64 } from '../../base/octets-text.ts';
import type { Field } from './field.ts';
import type { FieldReader } from './field-reader.ts';

/** The rest of RDATA, at least one octet, in Base64. RFC 4034 §2.2: the text may have blanks anywhere. */
export function base64(what: string): Field {
  return {
    what,
    shape: 'other',
    parse(fields, out) {
      const digits = fields.rest(what);
      const octets = Buffer.from(digits, 'base64');
      if (octets.length > 0 && octets.toString('base64') === digits) out.write(octets);
      else fields.refuse(`The ${what} is not in Base64, which ends in "=" unless a multiple of three octets`);
    },
    print: (rdata) => toBase64(someOctets(rdata)),
  };
}

/** The rest of RDATA in Base64, or `-` where there is nothing. */
export function mayBase64(what: string): Field {
  const some = base64(what);
  return {
    ...some,
    parse(fields, out) {
      if (fields.peek() === '-') fields.field(what);
      else some.parse(fields, out);
    },
    print: (rdata) => (rdata.remaining === 0 ? '-' : some.print(rdata)),
  };
}

/** The rest of RDATA, at least one octet, in hexadecimal digits. */
export function hexadecimal(what: string): Field {
  return {
    what,
    shape: 'other',
    parse: (fields, out) => out.write(hexFrom(fields, what, fields.rest(what))),
    print: (rdata) => hexOf(someOctets(rdata)),
  };
}

/** An address of OSI: hexadecimal digits after `0x`, with dots wherever they help (RFC 1706 §7). */
export const nsap: Field = {
  what: 'NSAP address',
  shape: 'other',
  parse(fields, out) {
    const { text } = fields.field('NSAP address');
    const [, digits] = /^0x([\da-f][\da-f.]*)$/i.exec(text) ?? [];
    if (digits === undefined) fields.refuse(`The NSAP address "${text}" does not begin with "0x" and digits`);
    else out.write(hexFrom(fields, 'NSAP address', digits.replaceAll('.', '')));
  },
  print: (rdata) => `0x${hexOf(someOctets(rdata))}`,
};

/** Octets of a digest, by the number of its kind. */
export type DigestSizes = Readonly<Record<number, number>>;

/**
 * The number of a kind, and a digest of that kind in hexadecimal digits; digests of unknown kinds have any
 * length.
 */
export function digest(kind: string, what: string, sizes: DigestSizes): Field {
  return {
    what: `${kind} ${what}`,
    shape: 'other',
    parse(fields, out) {
      const number = fields.number(kind, 0xff);
      const octets = hexFrom(fields, what, fields.rest(what));
      const size = sizes[number] ?? octets.length;
      if (octets.length !== size) {
        fields.refuse(`The ${what} is ${octets.length} octets long; with ${kind} ${number} it is ${size}`);
      }
      out.u8(number);
      out.write(octets);
    },
    print(rdata) {
      const number = rdata.u8();
      const octets = someOctets(rdata);
      return octets.length === (sizes[number] ?? octets.length) ? `${number} ${hexOf(octets)}` : undefined;
    },
  };
}

/** A salt after its length: hexadecimal digits in one word, `-` for no salt (RFC 5155 §3.3). */
export function salt(what: string): Field {
  return {
    what,
    shape: 'other',
    parse(fields, out) {
      const { text } = fields.field(what);
      const octets = hexFrom(fields, what, text === '-' ? '' : text);
      if (octets.length > 255) fields.refuse(`The ${what} is over 255 octets`);
      out.u8(octets.length);
      out.write(octets);
    },
    print: (rdata) => hexOf(rdata.take(rdata.u8())) || '-',
  };
}

/** A hash after its length, in Base32 with the extended hex alphabet and without padding (RFC 5155 §3.3). */
export function hash(what: string): Field {
  return {
    what,
    shape: 'other',
    parse(fields, out) {
      const { text } = fields.field(what);
      const octets = fromBase32hex(text);
      if (octets === undefined || octets.length === 0 || octets.length > 255) {
        return fields.refuse(`The ${what} "${text}" is not in Base32, whose digits are 0 to 9 and A to V`);
      }
      out.u8(octets.length);
      out.write(octets);
    },
    print(rdata) {
      const octets = rdata.take(rdata.u8());
      if (octets.length === 0) rdata.fail();
      return toBase32hex(octets);
    },
  };
}

function hexFrom(fields: FieldReader, what: string, digits: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(digits)) fields.refuse(`The ${what} is not in pairs of hexadecimal digits`);
  return Buffer.from(digits, 'hex');
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

function someOctets(rdata: ByteReader): Uint8Array {
  if (rdata.remaining === 0) rdata.fail();
  return rdata.rest();
}
