/** From type to what its RDATA looks like in text. A type without a codec here is of generic form (RFC 3597 §5). */
import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { RRTYPE, typeToText } from '../iana/rrtype.ts';
import { nameFromText, type WireName } from '../name.ts';
import type { TextField } from '../text-field.ts';
import { aaaaCodec, aCodec } from './address.ts';
import { caaCodec } from './caa.ts';
import type { RdataCodec } from './codec.ts';
import { FieldReader, type NameReader } from './field-reader.ts';
import { hostCodec } from './host.ts';
import { mxCodec } from './mx.ts';
import { soaCodec } from './soa.ts';
import { srvCodec } from './srv.ts';
import { svcbCodec } from './svcb.ts';
import { txtCodec } from './txt.ts';
import { genericFromText, genericToText, isGeneric } from './unknown.ts';

const MAX_RDATA_LENGTH = 0xffff;

const CODECS: ReadonlyMap<number, RdataCodec> = new Map<number, RdataCodec>([
  [RRTYPE.A, aCodec],
  [RRTYPE.AAAA, aaaaCodec],
  [RRTYPE.CAA, caaCodec],
  [RRTYPE.CNAME, hostCodec],
  [RRTYPE.DNAME, hostCodec],
  [RRTYPE.HTTPS, svcbCodec],
  [RRTYPE.MX, mxCodec],
  [RRTYPE.NS, hostCodec],
  [RRTYPE.PTR, hostCodec],
  [RRTYPE.SOA, soaCodec],
  [RRTYPE.SRV, srvCodec],
  [RRTYPE.SVCB, svcbCodec],
  [RRTYPE.TXT, txtCodec],
]);

/** What is wrong with RDATA, and the index of the field to blame; 0 also where no single one is. */
export interface RdataProblem {
  readonly message: string;
  readonly field: number;
}

/** Reads RDATA from its fields. Names are relative to the origin, or read by the function given instead of it. */
export function rdataFromText(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array> {
  const result = rdataFromFields(type, fields, names);
  return result.ok ? result : fail(result.problem.message);
}

/** The same, for those who can point at a field. */
export function rdataFromFields(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array, RdataProblem> {
  const result = isGeneric(fields)
    ? blameFirst(genericFromText(fields))
    : specificFromText(type, fields, names);
  if (!result.ok) {
    const { message, field } = result.problem;
    return fail({ message: `${typeToText(type)}: ${message}`, field });
  }
  const problem = checkRdata(type, result.value);
  return problem === undefined ? result : fail({ message: problem, field: 0 });
}

/** Prints RDATA; what does not parse, and what has no form of its own, as `\# length hex`. */
export function rdataToText(type: number, rdata: Uint8Array): string {
  return specificToText(type, rdata) ?? genericToText(rdata);
}

/** What is wrong with RDATA from elsewhere. Any octets will do for types without a codec. */
export function checkRdata(type: number, rdata: Uint8Array): string | undefined {
  if (rdata.length > MAX_RDATA_LENGTH) return `${typeToText(type)}: Data is over ${MAX_RDATA_LENGTH} octets`;
  if (!CODECS.has(type) || specificToText(type, rdata) !== undefined) return undefined;
  return `${typeToText(type)}: Data does not parse as RDATA of this type`;
}

function specificFromText(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array, RdataProblem> {
  const codec = CODECS.get(type);
  if (codec === undefined) {
    return fail({ message: 'Type has no text form here; write "\\# length hex" (RFC 3597)', field: 0 });
  }
  const readName = typeof names === 'function' ? names : (text: string) => nameFromText(text, names);
  const reader = new FieldReader(fields, readName);
  out.clear();
  codec.parse(reader, out);
  reader.finish();
  if (reader.problem !== undefined) return fail({ message: reader.problem, field: reader.blamed });
  if (out.failed) return fail({ message: `Data is over ${MAX_RDATA_LENGTH} octets`, field: 0 });
  return ok(out.toBytes());
}

/** Scratch: a room of this size for each record of a large zone would take longer than all the rest. */
const out = new ByteWriter(MAX_RDATA_LENGTH);

function blameFirst<T>(result: Result<T>): Result<T, RdataProblem> {
  return result.ok ? result : fail({ message: result.problem, field: 0 });
}

function specificToText(type: number, rdata: Uint8Array): string | undefined {
  const reader = new ByteReader(rdata);
  const text = CODECS.get(type)?.print(reader);
  return reader.done ? text : undefined;
}
