/** Wire forms from presentation text, for tests; what does not parse fails the test. */
import assert from 'node:assert/strict';
import type { Result } from '../../runtime/base/result.ts';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import { nameFromText, type WireName } from '../../runtime/wire/name.ts';
import { rdataFromText } from '../../runtime/wire/rdata/registry.ts';
import { splitFields } from '../../runtime/wire/text-field.ts';

/** The value of a result that must be there. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) assert.fail(result.problem);
  return result.value;
}

/** What is wrong, where something must be. */
export function problemOf(result: Result<unknown>): string {
  if (result.ok) assert.fail('there is no problem');
  return result.problem;
}

/** A name, absolute with or without its final dot. */
export function name(text: string): WireName {
  return must(nameFromText(text));
}

/** RDATA from `mnemonic` and its text; relative names end in example.com. */
export function rdata(mnemonic: string, text: string): Uint8Array {
  return must(parseRdata(mnemonic, text));
}

/** As `rdata`, problems included. */
export function parseRdata(mnemonic: string, text: string): Result<Uint8Array> {
  const type = typeFromText(mnemonic);
  assert.ok(type !== undefined, mnemonic);
  const fields = splitFields(text);
  return fields.ok ? rdataFromText(type, fields.value, name('example.com.')) : fields;
}

/** Octets from hexadecimal digits; blanks are for reading. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
}
