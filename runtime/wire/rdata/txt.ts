/** TXT from text as it is, without escapes (RFC 1035 §3.3.14). */
import { fail, ok, type Result } from '../../base/result.ts';

/** What one length octet can count. */
const MAX_STRING = 255;

/** RDATA of strings; one over 255 octets is split. */
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
