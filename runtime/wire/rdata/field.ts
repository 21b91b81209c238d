/**
 * RDATA is a row of fields. A field reads its presentation format and prints its octets. Printing also
 * checks RDATA from other servers: the fields of a type together must consume all octets and find no fault.
 */
import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import type { FieldReader } from './field-reader.ts';

export interface Field {
  /** The name of the field in error messages. */
  readonly what: string;
  readonly shape: Shape;
  parse(fields: FieldReader, out: ByteWriter): void;
  /**
   * Prints the field; fails the reader if the octets are malformed. `undefined` for octets that are
   * well-formed but have no text that `parse` would take: the record is then printed in generic form (RFC
   * 3597 §5).
   */
  print(rdata: ByteReader): string | undefined;
}

/**
 * What code that looks for names in RDATA knows about a field: its number of octets, or that it is a
 * character-string, a name that may be compressed or has a canonical form (see embedded-names.ts), or
 * anything else.
 */
export type Shape = number | 'string' | 'compressible name' | 'folded name' | 'other';

/** The fields of a type, in order. */
export type RdataFormat = readonly Field[];

/** A field of one word whose octets have a fixed length. */
export function wordField(
  what: string,
  octets: number,
  /** Ends the sentence "The field "word" is no …". */
  wanted: string,
  read: (word: string) => Uint8Array | undefined,
  print: (octets: Uint8Array) => string,
): Field {
  return {
    what,
    shape: octets,
    parse(fields, out) {
      const { text } = fields.field(what);
      const value = read(text);
      if (value === undefined) fields.refuse(`The ${what} "${text}" is no ${wanted}`);
      else out.write(value);
    },
    print: (rdata) => print(rdata.take(octets)),
  };
}
