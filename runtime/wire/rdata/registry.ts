/** Reads and prints RDATA by type. RDATA of a type without a format has generic form (RFC 3597 §5). */
import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { typeToText } from '../iana/rrtype.ts';
import { nameFromText, type WireName } from '../name.ts';
import type { TextField } from '../text-field.ts';
import { FieldReader, type NameReader } from './field-reader.ts';
import { FORMATS } from './formats.ts';
import { genericFromText, genericToText, isGeneric } from './unknown.ts';

const MAX_RDATA_LENGTH = 0xffff;

/** What is wrong with RDATA, and the index of the field to blame; 0 where no single field is to blame. */
export interface RdataProblem {
  readonly message: string;
  readonly field: number;
}

/**
 * Reads RDATA from its fields. Names are relative to the origin, or read by the function given in its place.
 */
export function rdataFromText(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array> {
  const result = rdataFromFields(type, fields, names);
  return result.ok ? result : fail(result.problem.message);
}

/** Reads RDATA from its fields, for callers that can point at the field to blame. */
export function rdataFromFields(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array, RdataProblem> {
  const result = isGeneric(fields) ? readGeneric(type, fields) : readSpecific(type, fields, names);
  if (result.ok) return result;
  const { message, field } = result.problem;
  return fail({ message: `${typeToText(type)}: ${message}`, field });
}

/** Prints RDATA; malformed RDATA and types without a form of their own as `\\# length hex`. */
export function rdataToText(type: number, rdata: Uint8Array): string {
  const printed = print(type, rdata);
  return printed.isSound && printed.text !== undefined ? printed.text : genericToText(rdata);
}

/** What is wrong with RDATA from another server. Types without a format accept any octets. */
export function checkRdata(type: number, rdata: Uint8Array): string | undefined {
  const problem = problemOf(type, rdata);
  return problem === undefined ? undefined : `${typeToText(type)}: ${problem}`;
}

function readGeneric(type: number, fields: readonly TextField[]): Result<Uint8Array, RdataProblem> {
  const rdata = genericFromText(fields);
  const problem = rdata.ok ? problemOf(type, rdata.value) : rdata.problem;
  return rdata.ok && problem === undefined ? rdata : fail({ message: problem ?? '', field: 0 });
}

function readSpecific(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array, RdataProblem> {
  const format = FORMATS.get(type);
  if (format === undefined) {
    return fail({ message: 'Type has no text form here; write "\\# length hex" (RFC 3597)', field: 0 });
  }
  const readName = typeof names === 'function' ? names : (text: string) => nameFromText(text, names);
  const reader = new FieldReader(fields, readName, format);
  out.clear();
  for (const field of format) field.parse(reader, out);
  reader.finish();
  if (reader.problem !== undefined) return fail({ message: reader.problem, field: reader.blamed });
  if (out.failed) return fail({ message: TOO_LONG, field: 0 });
  return ok(out.toBytes());
}

const TOO_LONG = `Data is over ${MAX_RDATA_LENGTH} octets`;

/**
 * Scratch memory: allocating this much for each record of a large zone would take longer than all the rest.
 */
const out = new ByteWriter(MAX_RDATA_LENGTH);

function problemOf(type: number, rdata: Uint8Array): string | undefined {
  if (rdata.length > MAX_RDATA_LENGTH) return TOO_LONG;
  return print(type, rdata).isSound ? undefined : 'Data does not parse as RDATA of this type';
}

/** Prints RDATA; `text` is `undefined` for sound octets without a text form. */
function print(type: number, rdata: Uint8Array): { isSound: boolean; text: string | undefined } {
  const format = FORMATS.get(type);
  if (format === undefined) return { isSound: true, text: undefined };
  const reader = new ByteReader(rdata);
  const texts = format.map((field) => field.print(reader));
  const text = texts.includes(undefined) ? undefined : texts.filter((word) => word !== '').join(' ');
  return { isSound: reader.done, text };
}
