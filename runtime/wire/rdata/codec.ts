/**
 * What every type of RDATA can do: be read from presentation fields and be printed. Printing also
 * serves as the check of octets from elsewhere: it must consume them all and find nothing amiss.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { nameLengthAt, nameToText, ROOT, type WireName } from '../name.ts';
import type { FieldReader } from './field-reader.ts';

export interface RdataCodec {
  parse(fields: FieldReader, out: ByteWriter): void;
  print(rdata: ByteReader): string;
}

/** Reads an uncompressed name from RDATA. */
export function readName(rdata: ByteReader): WireName {
  const length = nameLengthAt(rdata.bytes, rdata.position);
  if (length === undefined) {
    rdata.fail();
    return ROOT;
  }
  return rdata.take(length);
}

/** Prints the uncompressed name that comes next. */
export function printName(rdata: ByteReader): string {
  return nameToText(readName(rdata));
}
