/** Makes TXT records from plain text, in which nothing is an escape (RFC 1035 §3.3.14). */
import { fail, ok, type Result } from '../../base/result.ts';

/** The most octets of a string: one octet holds its length. */
const MAX_STRING = 255;
const MAX_RDATA = 0xffff;
const TOO_LONG = `A TXT record holds ${MAX_RDATA} octets at most`;

/** RDATA of strings; a string over 255 octets is split. */
export function txtRdata(strings: readonly string[]): Result<Uint8Array> {
  if (strings.length === 0) return fail('A TXT record holds at least one string');
  let length = 0;
  for (const text of strings) {
    const octets = Buffer.byteLength(text);
    length += octets + Math.max(1, Math.ceil(octets / MAX_STRING));
    if (length > MAX_RDATA) return fail(TOO_LONG);
  }
  const rdata = new Uint8Array(length);
  let at = 0;
  for (const text of strings) at = writeString(text, rdata, at);
  return ok(rdata);
}

function writeString(text: string, into: Uint8Array, start: number): number {
  // The usual case. A view of `into` would move its octets out of V8's heap (octets-key.ts).
  if (3 * text.length <= MAX_STRING) {
    const { written } = UTF8.encodeInto(text, scratch);
    into[start] = written;
    for (let at = 0; at < written; at++) into[start + 1 + at] = scratch[at] ?? 0;
    return start + 1 + written;
  }
  const octets = Buffer.from(text);
  let end = start;
  for (let at = 0; at < octets.length; at += MAX_STRING) {
    const piece = octets.subarray(at, at + MAX_STRING);
    into[end] = piece.length;
    into.set(piece, end + 1);
    end += 1 + piece.length;
  }
  return end;
}

const UTF8 = new TextEncoder();
/** Scratch memory: no call leaves anything in it for another. */
const scratch = new Uint8Array(MAX_STRING);
