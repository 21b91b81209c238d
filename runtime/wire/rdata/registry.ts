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
  [RRTYPE.HTTPS, svcbCodec],
  [RRTYPE.MX, mxCodec],
  [RRTYPE.NS, hostCodec],
  [RRTYPE.PTR, hostCodec],
  [RRTYPE.SOA, soaCodec],
  [RRTYPE.SRV, srvCodec],
  [RRTYPE.SVCB, svcbCodec],
  [RRTYPE.TXT, txtCodec],
]);

/** Reads RDATA from its fields. Names are relative to the origin, or read by the function given instead of it. */
export function rdataFromText(
  type: number,
  fields: readonly TextField[],
  names: WireName | NameReader,
): Result<Uint8Array> {
  const result = isGeneric(fields) ? genericFromText(fields) : specificFromText(type, fields, names);
  if (!result.ok) return fail(`${typeToText(type)}: ${result.problem}`);
  const problem = checkRdata(type, result.value);
  return problem === undefined ? result : fail(problem);
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
): Result<Uint8Array> {
  const codec = CODECS.get(type);
  if (codec === undefined) return fail('Type has no text form here; write "\\# length hex" (RFC 3597)');
  const readName = typeof names === 'function' ? names : (text: string) => nameFromText(text, names);
  const reader = new FieldReader(fields, readName);
  const out = new ByteWriter(MAX_RDATA_LENGTH);
  codec.parse(reader, out);
  reader.finish();
  if (reader.problem !== undefined) return fail(reader.problem);
  return out.failed ? fail(`Data is over ${MAX_RDATA_LENGTH} octets`) : ok(out.toBytes());
}

function specificToText(type: number, rdata: Uint8Array): string | undefined {
  const reader = new ByteReader(rdata);
  const text = CODECS.get(type)?.print(reader);
  return reader.done ? text : undefined;
}
