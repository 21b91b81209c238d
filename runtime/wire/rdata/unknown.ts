/** RDATA as length and hexadecimal digits, for types without a form of their own (RFC 3597 §5). */
import { fail, ok, type Result } from '../../base/result.ts';
import type { TextField } from '../text-field.ts';

/** Whether these fields have the generic form. */
export function isGeneric(fields: readonly TextField[]): boolean {
  return fields[0]?.text === '\\#' && !fields[0].quoted;
}

/** Reads `\# 4 c0000201`; the digits may be in several words. */
export function genericFromText(fields: readonly TextField[]): Result<Uint8Array> {
  const [, length, ...words] = fields;
  if (length === undefined || !/^\d{1,5}$/.test(length.text))
    return fail('Generic RDATA begins "\\#", then its length');
  const hex = words.map((word) => word.text).join('');
  if (!/^([0-9a-f]{2})*$/i.test(hex)) return fail('Generic RDATA is written as pairs of hexadecimal digits');
  const octets = new Uint8Array(Buffer.from(hex, 'hex'));
  if (octets.length !== Number(length.text) || octets.length > 0xffff) {
    return fail(`Generic RDATA is ${octets.length} octets long, not ${length.text}`);
  }
  return ok(octets);
}

/** Prints the generic form. */
export function genericToText(rdata: Uint8Array): string {
  return rdata.length === 0 ? '\\# 0' : `\\# ${rdata.length} ${Buffer.from(rdata).toString('hex')}`;
}
