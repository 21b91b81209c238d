/**
 * Text in RDATA: any octets, written as words with escapes or in quotes (RFC 1035 §5.1), printed in quotes.
 */
import type { ByteReader } from '../../base/bytes.ts';
import { quote } from '../text-field.ts';
import type { Field } from './field.ts';

/** Up to 255 octets after their length (RFC 1035 §3.3). */
export function characterString(what: string): Field {
  return {
    what,
    shape: 'string',
    parse(fields, out) {
      const octets = fields.characterString(what);
      out.u8(octets.length);
      out.write(octets);
    },
    print: (rdata) => quote(readCharacterString(rdata)),
  };
}

/** One character-string or more. */
export function characterStrings(what: string): Field {
  const one = characterString(what);
  return {
    what: `${what}…`,
    shape: 'other',
    parse(fields, out) {
      do one.parse(fields, out);
      while (fields.hasMore);
    },
    print(rdata) {
      const texts = [quote(readCharacterString(rdata))];
      while (rdata.remaining > 0) texts.push(quote(readCharacterString(rdata)));
      return texts.join(' ');
    },
  };
}

/** The rest of RDATA, as text without a length. */
export function text(what: string): Field {
  return {
    what,
    shape: 'other',
    parse: (fields, out) => out.write(fields.octets(what)),
    print: (rdata) => quote(rdata.rest()),
  };
}

/** RFC 8659 §4.1: a tag is one ASCII letter or digit or more. */
const TAG = /^[a-z0-9]+$/i;

/** The tag of a CAA record: a character-string of letters and digits, printed without quotes. */
export function tag(what: string): Field {
  return {
    ...characterString(what),
    parse(fields, out) {
      const octets = fields.characterString(what);
      if (!TAG.test(latin1Of(octets))) fields.refuse(`The ${what} is letters and digits only, as in "issue"`);
      out.u8(octets.length);
      out.write(octets);
    },
    print(rdata) {
      const word = latin1Of(readCharacterString(rdata));
      if (!TAG.test(word)) rdata.fail();
      return word;
    },
  };
}

function readCharacterString(rdata: ByteReader): Uint8Array {
  return rdata.take(rdata.u8());
}

function latin1Of(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}
