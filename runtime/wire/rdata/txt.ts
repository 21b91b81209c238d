/** TXT: one or more strings of up to 255 octets each (RFC 1035 §3.3.14). */
import type { ByteReader } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { quote } from '../text-field.ts';
import type { RdataCodec } from './codec.ts';

/** What one length octet can count. */
const MAX_STRING = 255;

export const txtCodec: RdataCodec = {
  parse(fields, out) {
    do {
      const text = fields.characterString('text');
      out.u8(text.length);
      out.write(text);
    } while (fields.hasMore);
  },
  print(rdata) {
    const strings = [quote(readCharacterString(rdata))];
    while (rdata.remaining > 0) strings.push(quote(readCharacterString(rdata)));
    return strings.join(' ');
  },
};

/** RDATA of text taken as it is, without escapes; a string over 255 octets is split. */
export function txtRdata(strings: readonly string[]): Result<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const text of strings) {
    const octets = Buffer.from(text);
    let at = 0;
    do {
      const piece = octets.subarray(at, at + MAX_STRING);
      parts.push(Uint8Array.of(piece.length), piece);
      at += MAX_STRING;
    } while (at < octets.length);
  }
  const rdata = Uint8Array.from(Buffer.concat(parts));
  if (rdata.length === 0) return fail('A TXT record holds at least one string');
  return rdata.length <= 0xffff ? ok(rdata) : fail('A TXT record holds 65535 octets at most');
}

function readCharacterString(rdata: ByteReader): Uint8Array {
  return rdata.take(rdata.u8());
}
